// Original file: platform/contracts/billing.proto


export interface ListBillsRequest {
  'account'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListBillsRequest__Output {
  'account': (string);
  'pageSize': (number);
  'pageToken': (string);
}
