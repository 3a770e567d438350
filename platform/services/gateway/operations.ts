import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Counter } from 'prom-client';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { SignedIn } from '#contracts/access-token.ts';
import { readPlayToken, type Viewer } from '#contracts/play-token.ts';
import { type Operation, type ViewerRoute, viewerApi } from '#contracts/viewer-api.ts';
import { freshContext } from '#kit/propagation.ts';
import { currentRequest, runWithRequest } from '#kit/request-context.ts';
import { type AnswerOf, api, type BodyOf, type ParamsOf, type QueryOf, type Spec } from './api.ts';
import { checked } from './checked.ts';
import { KeyBook } from './key-book.ts';
import { clientName } from './limits/gossip.ts';
import { allowances, strangers, strangersElse } from './limits/plans.ts';
import type { SharedLimits } from './limits/shared-limits.ts';
import type { Recent } from './recent.ts';
import { empty, idempotencyKey } from './schemas.ts';
import type { SignedInReader } from './signing-in/access-keys.ts';

export interface OperationParts {
  readonly key: Buffer;
  readonly clock: Clock;
  readonly signedIn: SignedInReader;
  readonly limits: SharedLimits;
  /** Plan of an account, as last heard: its access token does not say. */
  readonly planOf: Recent<string>;
  readonly limited: Pick<Counter<'plan'>, 'inc'>;
}

type TokenOf<Name extends Operation> = (typeof viewerApi)[Name]['token'];
type Caller<Name extends Operation> =
  TokenOf<Name> extends 'play'
    ? { readonly viewer: Viewer }
    : TokenOf<Name> extends 'access'
      ? { readonly signedIn: SignedIn }
      : { readonly signedIn?: SignedIn };

/** A request that was let in, and whose every part is as the schemas say. */
export type Call<Name extends Operation> = Caller<Name> & {
  readonly body: BodyOf<Name>;
  readonly query: QueryOf<Name>;
  readonly params: ParamsOf<Name>;
  /** Of the header; empty when it is not needed and absent. */
  readonly idempotencyKey: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
};

export type On = <Name extends Operation>(
  name: Name,
  work: (call: Call<Name>) => Promise<AnswerOf<Name> | FastifyReply>,
) => void;

interface Somebody {
  readonly viewer?: Viewer;
  readonly signedIn?: SignedIn;
}

/**
 * How each operation is served: who asks, whether they may ask yet, whether they asked rightly, and only then the work. The
 * session (or account) travels with every call that the work makes, and scopes idempotency keys.
 */
export function operations(app: FastifyInstance, parts: OperationParts): On {
  const keys = new KeyBook(parts.clock);
  return (name, work) => {
    const route: ViewerRoute = viewerApi[name];
    const spec: Spec = api[name];
    const { method, path, priority } = route;
    const handler = async (request: FastifyRequest, reply: FastifyReply) => {
      const who = await somebody(route, request, parts);
      letIn(name, who, reply, parts);
      const session = who.viewer?.session ?? who.signedIn?.account;
      const carried = currentRequest() ?? freshContext(priority);
      return runWithRequest(session === undefined ? carried : { ...carried, session }, async () => {
        const input = inputOf(route, spec, request);
        if (input.idempotencyKey !== '')
          keys.claim(`${name} ${session ?? ''}`, input.idempotencyKey, input.body ?? null);
        const answer = await work({ ...who, ...input, request, reply } as never);
        if (!reply.sent && spec.status !== undefined) reply.code(spec.status);
        return answer;
      });
    };
    app.route({ method, url: path, config: { priority }, handler });
  };
}

async function somebody({ token }: ViewerRoute, { headers }: FastifyRequest, parts: OperationParts): Promise<Somebody> {
  const { authorization } = headers;
  if (token === 'play') return { viewer: await readPlayToken(authorization, parts.key, parts.clock.now()) };
  if (token === 'access' || (token === 'either' && authorization !== undefined))
    return { signedIn: await parts.signedIn.read(authorization) };
  return {};
}

/** By the client and its plan: throws `rate-limited` and says when to come again. */
function letIn(name: Operation, { viewer, signedIn }: Somebody, reply: FastifyReply, parts: OperationParts): void {
  const account = viewer?.account ?? signedIn?.account;
  const client = account ?? viewer?.session;
  const plan = viewer?.plan ?? (account === undefined ? 'none' : (parts.planOf.get(account) ?? 'basic'));
  const allowance = client === undefined ? (strangers[name] ?? strangersElse) : (allowances[plan] ?? allowances.free!);
  const waitMs = parts.limits.take(client === undefined ? `any/${name}` : clientName(client), allowance);
  if (waitMs === 0) return;
  parts.limited.inc({ plan });
  const seconds = Math.ceil(waitMs / 1_000);
  reply.header('retry-after', String(seconds));
  throw new FaultflixError('rate-limited', 'this is more than may be asked at once', {
    expected: `${allowance.perSecond} requests a second, ${allowance.burst} at once`,
    todo: `again in ${seconds} s`,
  });
}

function inputOf(route: ViewerRoute, spec: Spec, request: FastifyRequest) {
  const { headers, params, query, body } = request;
  const header = headers['idempotency-key'];
  return {
    params: spec.params && checked(spec.params, params, 'path'),
    query: spec.query && checked(spec.query, query, 'query'),
    body: spec.body
      ? checked(spec.body, body, 'body')
      : checked(empty.optional(), body ?? undefined, 'body') && undefined,
    idempotencyKey:
      route.keyed === true || (route.repeat === 'by-key' && header !== undefined)
        ? checked(idempotencyKey, header, 'header idempotency-key')
        : '',
  };
}
