// Original file: platform/contracts/recommendations.proto


export interface Row {
  /**
   * popular | because | for-you | genre | again
   */
  'kind'?: (string);
  /**
   * The title or genre that is the reason, where there is one.
   */
  'about'?: (string);
  'titleIds'?: (string)[];
}

export interface Row__Output {
  /**
   * popular | because | for-you | genre | again
   */
  'kind': (string);
  /**
   * The title or genre that is the reason, where there is one.
   */
  'about': (string);
  'titleIds': (string)[];
}
