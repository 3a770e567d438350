// Original file: platform/contracts/billing.proto

import type { Long } from '@grpc/proto-loader';

export interface Plan {
  /**
   * free | basic | standard | premium
   */
  'id'?: (string);
  'name'?: (string);
  'priceMinor'?: (number | string | Long);
  'currency'?: (string);
  /**
   * Streams at the same time.
   */
  'maxStreams'?: (number);
  /**
   * Of the highest rendition, in pixels.
   */
  'maxHeight'?: (number);
}

export interface Plan__Output {
  /**
   * free | basic | standard | premium
   */
  'id': (string);
  'name': (string);
  'priceMinor': (number);
  'currency': (string);
  /**
   * Streams at the same time.
   */
  'maxStreams': (number);
  /**
   * Of the highest rendition, in pixels.
   */
  'maxHeight': (number);
}
