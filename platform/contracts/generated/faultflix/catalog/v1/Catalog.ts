// Original file: platform/contracts/catalog.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetTitleRequest as _faultflix_catalog_v1_GetTitleRequest, GetTitleRequest__Output as _faultflix_catalog_v1_GetTitleRequest__Output } from '../../../faultflix/catalog/v1/GetTitleRequest.ts';
import type { GetTitleResponse as _faultflix_catalog_v1_GetTitleResponse, GetTitleResponse__Output as _faultflix_catalog_v1_GetTitleResponse__Output } from '../../../faultflix/catalog/v1/GetTitleResponse.ts';
import type { ListTitlesRequest as _faultflix_catalog_v1_ListTitlesRequest, ListTitlesRequest__Output as _faultflix_catalog_v1_ListTitlesRequest__Output } from '../../../faultflix/catalog/v1/ListTitlesRequest.ts';
import type { ListTitlesResponse as _faultflix_catalog_v1_ListTitlesResponse, ListTitlesResponse__Output as _faultflix_catalog_v1_ListTitlesResponse__Output } from '../../../faultflix/catalog/v1/ListTitlesResponse.ts';

/**
 * What there is to watch. Reading only, so every call is safe to repeat.
 */
export interface CatalogClient extends grpc.Client {
  /**
   * NOT_FOUND when no title has the id.
   */
  GetTitle(argument: _faultflix_catalog_v1_GetTitleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_GetTitleResponse__Output>): grpc.ClientUnaryCall;
  GetTitle(argument: _faultflix_catalog_v1_GetTitleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_catalog_v1_GetTitleResponse__Output>): grpc.ClientUnaryCall;
  GetTitle(argument: _faultflix_catalog_v1_GetTitleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_GetTitleResponse__Output>): grpc.ClientUnaryCall;
  GetTitle(argument: _faultflix_catalog_v1_GetTitleRequest, callback: grpc.requestCallback<_faultflix_catalog_v1_GetTitleResponse__Output>): grpc.ClientUnaryCall;
  /**
   * NOT_FOUND when no title has the id.
   */
  getTitle(argument: _faultflix_catalog_v1_GetTitleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_GetTitleResponse__Output>): grpc.ClientUnaryCall;
  getTitle(argument: _faultflix_catalog_v1_GetTitleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_catalog_v1_GetTitleResponse__Output>): grpc.ClientUnaryCall;
  getTitle(argument: _faultflix_catalog_v1_GetTitleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_GetTitleResponse__Output>): grpc.ClientUnaryCall;
  getTitle(argument: _faultflix_catalog_v1_GetTitleRequest, callback: grpc.requestCallback<_faultflix_catalog_v1_GetTitleResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Titles in order of popularity, a page at a time.
   */
  ListTitles(argument: _faultflix_catalog_v1_ListTitlesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_ListTitlesResponse__Output>): grpc.ClientUnaryCall;
  ListTitles(argument: _faultflix_catalog_v1_ListTitlesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_catalog_v1_ListTitlesResponse__Output>): grpc.ClientUnaryCall;
  ListTitles(argument: _faultflix_catalog_v1_ListTitlesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_ListTitlesResponse__Output>): grpc.ClientUnaryCall;
  ListTitles(argument: _faultflix_catalog_v1_ListTitlesRequest, callback: grpc.requestCallback<_faultflix_catalog_v1_ListTitlesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Titles in order of popularity, a page at a time.
   */
  listTitles(argument: _faultflix_catalog_v1_ListTitlesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_ListTitlesResponse__Output>): grpc.ClientUnaryCall;
  listTitles(argument: _faultflix_catalog_v1_ListTitlesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_catalog_v1_ListTitlesResponse__Output>): grpc.ClientUnaryCall;
  listTitles(argument: _faultflix_catalog_v1_ListTitlesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_ListTitlesResponse__Output>): grpc.ClientUnaryCall;
  listTitles(argument: _faultflix_catalog_v1_ListTitlesRequest, callback: grpc.requestCallback<_faultflix_catalog_v1_ListTitlesResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * What there is to watch. Reading only, so every call is safe to repeat.
 */
export interface CatalogHandlers extends grpc.UntypedServiceImplementation {
  /**
   * NOT_FOUND when no title has the id.
   */
  GetTitle: grpc.handleUnaryCall<_faultflix_catalog_v1_GetTitleRequest__Output, _faultflix_catalog_v1_GetTitleResponse>;
  
  /**
   * Titles in order of popularity, a page at a time.
   */
  ListTitles: grpc.handleUnaryCall<_faultflix_catalog_v1_ListTitlesRequest__Output, _faultflix_catalog_v1_ListTitlesResponse>;
  
}

export interface CatalogDefinition extends grpc.ServiceDefinition {
  GetTitle: MethodDefinition<_faultflix_catalog_v1_GetTitleRequest, _faultflix_catalog_v1_GetTitleResponse, _faultflix_catalog_v1_GetTitleRequest__Output, _faultflix_catalog_v1_GetTitleResponse__Output>
  ListTitles: MethodDefinition<_faultflix_catalog_v1_ListTitlesRequest, _faultflix_catalog_v1_ListTitlesResponse, _faultflix_catalog_v1_ListTitlesRequest__Output, _faultflix_catalog_v1_ListTitlesResponse__Output>
}
