// Original file: platform/contracts/catalog.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetArtworkRequest as _faultflix_catalog_v1_GetArtworkRequest, GetArtworkRequest__Output as _faultflix_catalog_v1_GetArtworkRequest__Output } from '../../../faultflix/catalog/v1/GetArtworkRequest.ts';
import type { GetArtworkResponse as _faultflix_catalog_v1_GetArtworkResponse, GetArtworkResponse__Output as _faultflix_catalog_v1_GetArtworkResponse__Output } from '../../../faultflix/catalog/v1/GetArtworkResponse.ts';
import type { GetTitleRequest as _faultflix_catalog_v1_GetTitleRequest, GetTitleRequest__Output as _faultflix_catalog_v1_GetTitleRequest__Output } from '../../../faultflix/catalog/v1/GetTitleRequest.ts';
import type { GetTitleResponse as _faultflix_catalog_v1_GetTitleResponse, GetTitleResponse__Output as _faultflix_catalog_v1_GetTitleResponse__Output } from '../../../faultflix/catalog/v1/GetTitleResponse.ts';
import type { GetTitlesRequest as _faultflix_catalog_v1_GetTitlesRequest, GetTitlesRequest__Output as _faultflix_catalog_v1_GetTitlesRequest__Output } from '../../../faultflix/catalog/v1/GetTitlesRequest.ts';
import type { GetTitlesResponse as _faultflix_catalog_v1_GetTitlesResponse, GetTitlesResponse__Output as _faultflix_catalog_v1_GetTitlesResponse__Output } from '../../../faultflix/catalog/v1/GetTitlesResponse.ts';
import type { ListGenresRequest as _faultflix_catalog_v1_ListGenresRequest, ListGenresRequest__Output as _faultflix_catalog_v1_ListGenresRequest__Output } from '../../../faultflix/catalog/v1/ListGenresRequest.ts';
import type { ListGenresResponse as _faultflix_catalog_v1_ListGenresResponse, ListGenresResponse__Output as _faultflix_catalog_v1_ListGenresResponse__Output } from '../../../faultflix/catalog/v1/ListGenresResponse.ts';
import type { ListTitlesRequest as _faultflix_catalog_v1_ListTitlesRequest, ListTitlesRequest__Output as _faultflix_catalog_v1_ListTitlesRequest__Output } from '../../../faultflix/catalog/v1/ListTitlesRequest.ts';
import type { ListTitlesResponse as _faultflix_catalog_v1_ListTitlesResponse, ListTitlesResponse__Output as _faultflix_catalog_v1_ListTitlesResponse__Output } from '../../../faultflix/catalog/v1/ListTitlesResponse.ts';
import type { SearchRequest as _faultflix_catalog_v1_SearchRequest, SearchRequest__Output as _faultflix_catalog_v1_SearchRequest__Output } from '../../../faultflix/catalog/v1/SearchRequest.ts';
import type { SearchResponse as _faultflix_catalog_v1_SearchResponse, SearchResponse__Output as _faultflix_catalog_v1_SearchResponse__Output } from '../../../faultflix/catalog/v1/SearchResponse.ts';

/**
 * What there is to watch. Reading only, so every call is safe to repeat.
 */
export interface CatalogClient extends grpc.Client {
  /**
   * A picture, made here. NOT_FOUND as for GetTitle.
   */
  GetArtwork(argument: _faultflix_catalog_v1_GetArtworkRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_GetArtworkResponse__Output>): grpc.ClientUnaryCall;
  GetArtwork(argument: _faultflix_catalog_v1_GetArtworkRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_catalog_v1_GetArtworkResponse__Output>): grpc.ClientUnaryCall;
  GetArtwork(argument: _faultflix_catalog_v1_GetArtworkRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_GetArtworkResponse__Output>): grpc.ClientUnaryCall;
  GetArtwork(argument: _faultflix_catalog_v1_GetArtworkRequest, callback: grpc.requestCallback<_faultflix_catalog_v1_GetArtworkResponse__Output>): grpc.ClientUnaryCall;
  /**
   * A picture, made here. NOT_FOUND as for GetTitle.
   */
  getArtwork(argument: _faultflix_catalog_v1_GetArtworkRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_GetArtworkResponse__Output>): grpc.ClientUnaryCall;
  getArtwork(argument: _faultflix_catalog_v1_GetArtworkRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_catalog_v1_GetArtworkResponse__Output>): grpc.ClientUnaryCall;
  getArtwork(argument: _faultflix_catalog_v1_GetArtworkRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_GetArtworkResponse__Output>): grpc.ClientUnaryCall;
  getArtwork(argument: _faultflix_catalog_v1_GetArtworkRequest, callback: grpc.requestCallback<_faultflix_catalog_v1_GetArtworkResponse__Output>): grpc.ClientUnaryCall;
  
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
   * Several at once, in the order asked for; ids that no title has are left out.
   */
  GetTitles(argument: _faultflix_catalog_v1_GetTitlesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_GetTitlesResponse__Output>): grpc.ClientUnaryCall;
  GetTitles(argument: _faultflix_catalog_v1_GetTitlesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_catalog_v1_GetTitlesResponse__Output>): grpc.ClientUnaryCall;
  GetTitles(argument: _faultflix_catalog_v1_GetTitlesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_GetTitlesResponse__Output>): grpc.ClientUnaryCall;
  GetTitles(argument: _faultflix_catalog_v1_GetTitlesRequest, callback: grpc.requestCallback<_faultflix_catalog_v1_GetTitlesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Several at once, in the order asked for; ids that no title has are left out.
   */
  getTitles(argument: _faultflix_catalog_v1_GetTitlesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_GetTitlesResponse__Output>): grpc.ClientUnaryCall;
  getTitles(argument: _faultflix_catalog_v1_GetTitlesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_catalog_v1_GetTitlesResponse__Output>): grpc.ClientUnaryCall;
  getTitles(argument: _faultflix_catalog_v1_GetTitlesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_GetTitlesResponse__Output>): grpc.ClientUnaryCall;
  getTitles(argument: _faultflix_catalog_v1_GetTitlesRequest, callback: grpc.requestCallback<_faultflix_catalog_v1_GetTitlesResponse__Output>): grpc.ClientUnaryCall;
  
  ListGenres(argument: _faultflix_catalog_v1_ListGenresRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_ListGenresResponse__Output>): grpc.ClientUnaryCall;
  ListGenres(argument: _faultflix_catalog_v1_ListGenresRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_catalog_v1_ListGenresResponse__Output>): grpc.ClientUnaryCall;
  ListGenres(argument: _faultflix_catalog_v1_ListGenresRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_ListGenresResponse__Output>): grpc.ClientUnaryCall;
  ListGenres(argument: _faultflix_catalog_v1_ListGenresRequest, callback: grpc.requestCallback<_faultflix_catalog_v1_ListGenresResponse__Output>): grpc.ClientUnaryCall;
  listGenres(argument: _faultflix_catalog_v1_ListGenresRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_ListGenresResponse__Output>): grpc.ClientUnaryCall;
  listGenres(argument: _faultflix_catalog_v1_ListGenresRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_catalog_v1_ListGenresResponse__Output>): grpc.ClientUnaryCall;
  listGenres(argument: _faultflix_catalog_v1_ListGenresRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_ListGenresResponse__Output>): grpc.ClientUnaryCall;
  listGenres(argument: _faultflix_catalog_v1_ListGenresRequest, callback: grpc.requestCallback<_faultflix_catalog_v1_ListGenresResponse__Output>): grpc.ClientUnaryCall;
  
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
  
  /**
   * By name, people and genre, forgiving typing errors; the best first.
   */
  Search(argument: _faultflix_catalog_v1_SearchRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_SearchResponse__Output>): grpc.ClientUnaryCall;
  Search(argument: _faultflix_catalog_v1_SearchRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_catalog_v1_SearchResponse__Output>): grpc.ClientUnaryCall;
  Search(argument: _faultflix_catalog_v1_SearchRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_SearchResponse__Output>): grpc.ClientUnaryCall;
  Search(argument: _faultflix_catalog_v1_SearchRequest, callback: grpc.requestCallback<_faultflix_catalog_v1_SearchResponse__Output>): grpc.ClientUnaryCall;
  /**
   * By name, people and genre, forgiving typing errors; the best first.
   */
  search(argument: _faultflix_catalog_v1_SearchRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_SearchResponse__Output>): grpc.ClientUnaryCall;
  search(argument: _faultflix_catalog_v1_SearchRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_catalog_v1_SearchResponse__Output>): grpc.ClientUnaryCall;
  search(argument: _faultflix_catalog_v1_SearchRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_catalog_v1_SearchResponse__Output>): grpc.ClientUnaryCall;
  search(argument: _faultflix_catalog_v1_SearchRequest, callback: grpc.requestCallback<_faultflix_catalog_v1_SearchResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * What there is to watch. Reading only, so every call is safe to repeat.
 */
export interface CatalogHandlers extends grpc.UntypedServiceImplementation {
  /**
   * A picture, made here. NOT_FOUND as for GetTitle.
   */
  GetArtwork: grpc.handleUnaryCall<_faultflix_catalog_v1_GetArtworkRequest__Output, _faultflix_catalog_v1_GetArtworkResponse>;
  
  /**
   * NOT_FOUND when no title has the id.
   */
  GetTitle: grpc.handleUnaryCall<_faultflix_catalog_v1_GetTitleRequest__Output, _faultflix_catalog_v1_GetTitleResponse>;
  
  /**
   * Several at once, in the order asked for; ids that no title has are left out.
   */
  GetTitles: grpc.handleUnaryCall<_faultflix_catalog_v1_GetTitlesRequest__Output, _faultflix_catalog_v1_GetTitlesResponse>;
  
  ListGenres: grpc.handleUnaryCall<_faultflix_catalog_v1_ListGenresRequest__Output, _faultflix_catalog_v1_ListGenresResponse>;
  
  /**
   * Titles in order of popularity, a page at a time.
   */
  ListTitles: grpc.handleUnaryCall<_faultflix_catalog_v1_ListTitlesRequest__Output, _faultflix_catalog_v1_ListTitlesResponse>;
  
  /**
   * By name, people and genre, forgiving typing errors; the best first.
   */
  Search: grpc.handleUnaryCall<_faultflix_catalog_v1_SearchRequest__Output, _faultflix_catalog_v1_SearchResponse>;
  
}

export interface CatalogDefinition extends grpc.ServiceDefinition {
  GetArtwork: MethodDefinition<_faultflix_catalog_v1_GetArtworkRequest, _faultflix_catalog_v1_GetArtworkResponse, _faultflix_catalog_v1_GetArtworkRequest__Output, _faultflix_catalog_v1_GetArtworkResponse__Output>
  GetTitle: MethodDefinition<_faultflix_catalog_v1_GetTitleRequest, _faultflix_catalog_v1_GetTitleResponse, _faultflix_catalog_v1_GetTitleRequest__Output, _faultflix_catalog_v1_GetTitleResponse__Output>
  GetTitles: MethodDefinition<_faultflix_catalog_v1_GetTitlesRequest, _faultflix_catalog_v1_GetTitlesResponse, _faultflix_catalog_v1_GetTitlesRequest__Output, _faultflix_catalog_v1_GetTitlesResponse__Output>
  ListGenres: MethodDefinition<_faultflix_catalog_v1_ListGenresRequest, _faultflix_catalog_v1_ListGenresResponse, _faultflix_catalog_v1_ListGenresRequest__Output, _faultflix_catalog_v1_ListGenresResponse__Output>
  ListTitles: MethodDefinition<_faultflix_catalog_v1_ListTitlesRequest, _faultflix_catalog_v1_ListTitlesResponse, _faultflix_catalog_v1_ListTitlesRequest__Output, _faultflix_catalog_v1_ListTitlesResponse__Output>
  Search: MethodDefinition<_faultflix_catalog_v1_SearchRequest, _faultflix_catalog_v1_SearchResponse, _faultflix_catalog_v1_SearchRequest__Output, _faultflix_catalog_v1_SearchResponse__Output>
}
