import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { CatalogClient as _faultflix_catalog_v1_CatalogClient, CatalogDefinition as _faultflix_catalog_v1_CatalogDefinition } from './faultflix/catalog/v1/Catalog.ts';
import type { GetTitleRequest as _faultflix_catalog_v1_GetTitleRequest, GetTitleRequest__Output as _faultflix_catalog_v1_GetTitleRequest__Output } from './faultflix/catalog/v1/GetTitleRequest.ts';
import type { GetTitleResponse as _faultflix_catalog_v1_GetTitleResponse, GetTitleResponse__Output as _faultflix_catalog_v1_GetTitleResponse__Output } from './faultflix/catalog/v1/GetTitleResponse.ts';
import type { ListTitlesRequest as _faultflix_catalog_v1_ListTitlesRequest, ListTitlesRequest__Output as _faultflix_catalog_v1_ListTitlesRequest__Output } from './faultflix/catalog/v1/ListTitlesRequest.ts';
import type { ListTitlesResponse as _faultflix_catalog_v1_ListTitlesResponse, ListTitlesResponse__Output as _faultflix_catalog_v1_ListTitlesResponse__Output } from './faultflix/catalog/v1/ListTitlesResponse.ts';
import type { Person as _faultflix_catalog_v1_Person, Person__Output as _faultflix_catalog_v1_Person__Output } from './faultflix/catalog/v1/Person.ts';
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
        GetTitleRequest: MessageTypeDefinition<_faultflix_catalog_v1_GetTitleRequest, _faultflix_catalog_v1_GetTitleRequest__Output>
        GetTitleResponse: MessageTypeDefinition<_faultflix_catalog_v1_GetTitleResponse, _faultflix_catalog_v1_GetTitleResponse__Output>
        ListTitlesRequest: MessageTypeDefinition<_faultflix_catalog_v1_ListTitlesRequest, _faultflix_catalog_v1_ListTitlesRequest__Output>
        ListTitlesResponse: MessageTypeDefinition<_faultflix_catalog_v1_ListTitlesResponse, _faultflix_catalog_v1_ListTitlesResponse__Output>
        Person: MessageTypeDefinition<_faultflix_catalog_v1_Person, _faultflix_catalog_v1_Person__Output>
        Title: MessageTypeDefinition<_faultflix_catalog_v1_Title, _faultflix_catalog_v1_Title__Output>
      }
    }
  }
}

