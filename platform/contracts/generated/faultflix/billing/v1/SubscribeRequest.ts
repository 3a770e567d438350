// Original file: platform/contracts/billing.proto


export interface SubscribeRequest {
  'account'?: (string);
  'plan'?: (string);
  'country'?: (string);
  /**
   * Token of the card network; never a card number.
   */
  'card'?: (string);
}

export interface SubscribeRequest__Output {
  'account': (string);
  'plan': (string);
  'country': (string);
  /**
   * Token of the card network; never a card number.
   */
  'card': (string);
}
