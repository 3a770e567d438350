import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { CatalogClient as _faultflix_catalog_v1_CatalogClient, CatalogDefinition as _faultflix_catalog_v1_CatalogDefinition } from './faultflix/catalog/v1/Catalog.ts';
import type { Episode as _faultflix_catalog_v1_Episode, Episode__Output as _faultflix_catalog_v1_Episode__Output } from './faultflix/catalog/v1/Episode.ts';
import type { Genre as _faultflix_catalog_v1_Genre, Genre__Output as _faultflix_catalog_v1_Genre__Output } from './faultflix/catalog/v1/Genre.ts';
import type { GetArtworkRequest as _faultflix_catalog_v1_GetArtworkRequest, GetArtworkRequest__Output as _faultflix_catalog_v1_GetArtworkRequest__Output } from './faultflix/catalog/v1/GetArtworkRequest.ts';
import type { GetArtworkResponse as _faultflix_catalog_v1_GetArtworkResponse, GetArtworkResponse__Output as _faultflix_catalog_v1_GetArtworkResponse__Output } from './faultflix/catalog/v1/GetArtworkResponse.ts';
import type { GetTitleRequest as _faultflix_catalog_v1_GetTitleRequest, GetTitleRequest__Output as _faultflix_catalog_v1_GetTitleRequest__Output } from './faultflix/catalog/v1/GetTitleRequest.ts';
import type { GetTitleResponse as _faultflix_catalog_v1_GetTitleResponse, GetTitleResponse__Output as _faultflix_catalog_v1_GetTitleResponse__Output } from './faultflix/catalog/v1/GetTitleResponse.ts';
import type { GetTitlesRequest as _faultflix_catalog_v1_GetTitlesRequest, GetTitlesRequest__Output as _faultflix_catalog_v1_GetTitlesRequest__Output } from './faultflix/catalog/v1/GetTitlesRequest.ts';
import type { GetTitlesResponse as _faultflix_catalog_v1_GetTitlesResponse, GetTitlesResponse__Output as _faultflix_catalog_v1_GetTitlesResponse__Output } from './faultflix/catalog/v1/GetTitlesResponse.ts';
import type { ListGenresRequest as _faultflix_catalog_v1_ListGenresRequest, ListGenresRequest__Output as _faultflix_catalog_v1_ListGenresRequest__Output } from './faultflix/catalog/v1/ListGenresRequest.ts';
import type { ListGenresResponse as _faultflix_catalog_v1_ListGenresResponse, ListGenresResponse__Output as _faultflix_catalog_v1_ListGenresResponse__Output } from './faultflix/catalog/v1/ListGenresResponse.ts';
import type { ListTitlesRequest as _faultflix_catalog_v1_ListTitlesRequest, ListTitlesRequest__Output as _faultflix_catalog_v1_ListTitlesRequest__Output } from './faultflix/catalog/v1/ListTitlesRequest.ts';
import type { ListTitlesResponse as _faultflix_catalog_v1_ListTitlesResponse, ListTitlesResponse__Output as _faultflix_catalog_v1_ListTitlesResponse__Output } from './faultflix/catalog/v1/ListTitlesResponse.ts';
import type { Person as _faultflix_catalog_v1_Person, Person__Output as _faultflix_catalog_v1_Person__Output } from './faultflix/catalog/v1/Person.ts';
import type { SearchRequest as _faultflix_catalog_v1_SearchRequest, SearchRequest__Output as _faultflix_catalog_v1_SearchRequest__Output } from './faultflix/catalog/v1/SearchRequest.ts';
import type { SearchResponse as _faultflix_catalog_v1_SearchResponse, SearchResponse__Output as _faultflix_catalog_v1_SearchResponse__Output } from './faultflix/catalog/v1/SearchResponse.ts';
import type { Season as _faultflix_catalog_v1_Season, Season__Output as _faultflix_catalog_v1_Season__Output } from './faultflix/catalog/v1/Season.ts';
import type { Title as _faultflix_catalog_v1_Title, Title__Output as _faultflix_catalog_v1_Title__Output } from './faultflix/catalog/v1/Title.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  faultflix: {
    catalog: {
      v1: {
        /**
         * What there is to watch. Reading only, so every call is safe to repeat.
         */
        Catalog: SubtypeConstructor<typeof grpc.Client, _faultflix_catalog_v1_CatalogClient> & { service: _faultflix_catalog_v1_CatalogDefinition }
        Episode: MessageTypeDefinition<_faultflix_catalog_v1_Episode, _faultflix_catalog_v1_Episode__Output>
        Genre: MessageTypeDefinition<_faultflix_catalog_v1_Genre, _faultflix_catalog_v1_Genre__Output>
        GetArtworkRequest: MessageTypeDefinition<_faultflix_catalog_v1_GetArtworkRequest, _faultflix_catalog_v1_GetArtworkRequest__Output>
        GetArtworkResponse: MessageTypeDefinition<_faultflix_catalog_v1_GetArtworkResponse, _faultflix_catalog_v1_GetArtworkResponse__Output>
        GetTitleRequest: MessageTypeDefinition<_faultflix_catalog_v1_GetTitleRequest, _faultflix_catalog_v1_GetTitleRequest__Output>
        GetTitleResponse: MessageTypeDefinition<_faultflix_catalog_v1_GetTitleResponse, _faultflix_catalog_v1_GetTitleResponse__Output>
        GetTitlesRequest: MessageTypeDefinition<_faultflix_catalog_v1_GetTitlesRequest, _faultflix_catalog_v1_GetTitlesRequest__Output>
        GetTitlesResponse: MessageTypeDefinition<_faultflix_catalog_v1_GetTitlesResponse, _faultflix_catalog_v1_GetTitlesResponse__Output>
        ListGenresRequest: MessageTypeDefinition<_faultflix_catalog_v1_ListGenresRequest, _faultflix_catalog_v1_ListGenresRequest__Output>
        ListGenresResponse: MessageTypeDefinition<_faultflix_catalog_v1_ListGenresResponse, _faultflix_catalog_v1_ListGenresResponse__Output>
        ListTitlesRequest: MessageTypeDefinition<_faultflix_catalog_v1_ListTitlesRequest, _faultflix_catalog_v1_ListTitlesRequest__Output>
        ListTitlesResponse: MessageTypeDefinition<_faultflix_catalog_v1_ListTitlesResponse, _faultflix_catalog_v1_ListTitlesResponse__Output>
        Person: MessageTypeDefinition<_faultflix_catalog_v1_Person, _faultflix_catalog_v1_Person__Output>
        SearchRequest: MessageTypeDefinition<_faultflix_catalog_v1_SearchRequest, _faultflix_catalog_v1_SearchRequest__Output>
        SearchResponse: MessageTypeDefinition<_faultflix_catalog_v1_SearchResponse, _faultflix_catalog_v1_SearchResponse__Output>
        Season: MessageTypeDefinition<_faultflix_catalog_v1_Season, _faultflix_catalog_v1_Season__Output>
        Title: MessageTypeDefinition<_faultflix_catalog_v1_Title, _faultflix_catalog_v1_Title__Output>
      }
    }
  }
}

