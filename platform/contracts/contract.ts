import type { MethodDefinition } from '@grpc/proto-loader';

/** The shape that `npm run generate` makes of a service: `CatalogDefinition` of `generated/…/Catalog.ts`. */
// biome-ignore lint/suspicious/noExplicitAny: the messages of the generated definitions are the parameters
type AnyMethod = MethodDefinition<any, any, any, any>;

/** The methods alone: generated definitions extend `grpc.ServiceDefinition`, whose index signature says nothing. */
type MethodKeys<Definition> = keyof {
  [Key in keyof Definition as string extends Key ? never : Definition[Key] extends AnyMethod ? Key : never]: true;
} &
  string;

/** Methods as code calls them: `listTitles` of the proto's `ListTitles`. */
export type MethodName<Definition> = Uncapitalize<MethodKeys<Definition>>;

type MethodOf<Definition, Name extends MethodName<Definition>> = Definition[Capitalize<Name> & keyof Definition];

/** What a caller gives: every field may be left out. */
export type RequestOf<Definition, Name extends MethodName<Definition>> =
  MethodOf<Definition, Name> extends MethodDefinition<infer Request, infer _B, infer _C, infer _D> ? Request : never;
/** What a handler gets: fields that were left out have their default. */
export type ReceivedOf<Definition, Name extends MethodName<Definition>> =
  MethodOf<Definition, Name> extends MethodDefinition<infer _A, infer _B, infer Received, infer _D> ? Received : never;
/** What a handler gives. */
export type ResponseOf<Definition, Name extends MethodName<Definition>> =
  MethodOf<Definition, Name> extends MethodDefinition<infer _A, infer Response, infer _C, infer _D> ? Response : never;
/** What a caller gets. */
export type AnswerOf<Definition, Name extends MethodName<Definition>> =
  MethodOf<Definition, Name> extends MethodDefinition<infer _A, infer _B, infer _C, infer Answer> ? Answer : never;

/** A gRPC service as both sides know it. `Definition` is a type only: messages are loaded from the `.proto` file. */
export interface Contract<Definition> {
  /** File in `platform/contracts/`. */
  readonly proto: string;
  /** Fully qualified: `faultflix.catalog.v1.Catalog`. */
  readonly service: string;
  /** The Kubernetes Service whose pods serve it; also the callee's name in metrics and logs. */
  readonly callee: string;
  /** Methods that are safe to repeat without an idempotency key. */
  readonly idempotent: ReadonlySet<string>;
  /** Of these, the ones that change nothing and may be out twice at a time: a slow one is hedged. */
  readonly reads: ReadonlySet<string>;
  /** Carries the type. Never set. */
  readonly definition?: Definition;
}

export interface ContractOptions<Definition> {
  readonly proto: string;
  readonly service: string;
  /** The proto's package part before the version unless told: `catalog` of `faultflix.catalog.v1.Catalog`. */
  readonly callee?: string;
  readonly idempotent: readonly MethodName<Definition>[];
  readonly reads?: readonly MethodName<Definition>[];
}

export function defineContract<Definition>(options: ContractOptions<Definition>): Contract<Definition> {
  const { proto, service, callee = service.split('.')[1] ?? service, idempotent, reads = [] } = options;
  return { proto, service, callee, idempotent: new Set<string>(idempotent), reads: new Set<string>(reads) };
}
