import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import type { errors, InteractionResults } from 'oidc-provider';
import { asFaultflixError, FaultflixError, httpStatusOf } from '#base/errors.ts';
import { keyedHash } from '../secrets.ts';
import { DEVICE_COOKIE } from '../sign-in/device-cookie.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { sourceOf } from '../sign-in/source.ts';
import { consentPage, errorPage, securityHeaders, signInPage } from './pages.ts';

export interface InteractionParts {
  readonly provider: () => Promise<Provider>;
  readonly signIn: SignIn;
  readonly cookieKey: Buffer;
}

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;
type Form = Readonly<Record<string, string>>;

interface Visit {
  readonly provider: Provider;
  readonly interaction: Interaction;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly path: string;
  readonly csrf: string;
  readonly client: string;
}

/** The pages on which a person signs in and consents: `/oidc/interaction/<uid>`. The cookie of the interaction says whose. */
export function interactionRoutes(app: FastifyInstance, parts: InteractionParts): void {
  readForms(app);
  app.setErrorHandler((thrown, _request, reply) => sendErrorPage(thrown, reply));
  const visiting =
    (act: (visit: Visit) => Promise<FastifyReply>) => async (request: FastifyRequest, reply: FastifyReply) =>
      act(await visit(parts, request, reply));
  const posted = (act: (visit: Visit, form: Form) => Promise<FastifyReply>) =>
    visiting((visit) => act(visit, checkedForm(visit)));
  const config = { priority: 'starting' } as const;
  app.get('/oidc/interaction/:uid', { config }, visiting(show));
  app.post(
    '/oidc/interaction/:uid/login',
    { config },
    posted((visit, form) => login(parts, visit, form)),
  );
  app.post(
    '/oidc/interaction/:uid/consent',
    { config },
    posted((visit) => consent(visit)),
  );
  app.post(
    '/oidc/interaction/:uid/abort',
    { config },
    posted((visit) => finish(visit, { error: 'access_denied', error_description: 'cancelled by the viewer' })),
  );
}

async function visit(parts: InteractionParts, request: FastifyRequest, reply: FastifyReply): Promise<Visit> {
  const provider = await parts.provider();
  const interaction = await provider.interactionDetails(request.raw, reply.raw);
  const { uid, params } = interaction;
  if ((request.params as { uid?: string }).uid !== uid)
    throw new FaultflixError('bad-input', 'this page belongs to another sign-in', { where: 'cookie' });
  const client = await provider.Client.find(String(params.client_id));
  reply.headers(securityHeaders(originsOf(params.redirect_uri))).type('text/html; charset=utf-8');
  return {
    ...{ provider, interaction, request, reply },
    path: `/oidc/interaction/${uid}`,
    csrf: keyedHash(parts.cookieKey, 'csrf', uid),
    client: client?.clientName ?? String(params.client_id),
  };
}

async function show(visit: Visit): Promise<FastifyReply> {
  const { interaction, reply } = visit;
  return reply.send(interaction.prompt.name === 'login' ? signInPage(visit) : consentPage(visit));
}

async function login({ signIn }: InteractionParts, visit: Visit, form: Form): Promise<FastifyReply> {
  const { request, reply, interaction } = visit;
  if (interaction.prompt.name !== 'login') throw new FaultflixError('bad-input', 'nobody asks for a password here');
  const { mail = '', password = '' } = form;
  const source = sourceOf(request.headers['x-forwarded-for'], request.socket.remoteAddress);
  const result = await signIn({ mail, password, source, cookie: cookieOf(request, DEVICE_COOKIE) });
  if (result.outcome === 'ok') {
    const { value, maxAgeSeconds } = result.device;
    const secure = request.headers['x-forwarded-proto'] === 'http' ? '' : ' Secure;';
    const attributes = `Max-Age=${maxAgeSeconds}; Path=/oidc;${secure} HttpOnly; SameSite=Lax`;
    reply.header('set-cookie', `${DEVICE_COOKIE}=${value}; ${attributes}`);
    return finish(visit, { login: { accountId: result.account, amr: ['pwd'] } });
  }
  if (result.outcome === 'wait') {
    const seconds = Math.ceil(result.waitMs / 1_000);
    const error = `Too many tries. Please wait ${seconds} s. A device that has signed in before need not wait.`;
    return reply
      .code(429)
      .header('retry-after', String(seconds))
      .send(signInPage({ ...visit, mail, error }));
  }
  return reply.code(401).send(signInPage({ ...visit, mail, error: 'Mail address or password is wrong.' }));
}

async function consent(visit: Visit): Promise<FastifyReply> {
  const { provider, interaction } = visit;
  const { prompt, params, session, grantId } = interaction;
  if (prompt.name !== 'consent' || session === undefined)
    throw new FaultflixError('bad-input', 'nobody asks for consent here');
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant = known ?? new provider.Grant({ accountId: session.accountId, clientId: String(params.client_id) });
  const { missingOIDCScope, missingResourceScopes } = prompt.details as Missing;
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '));
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {}))
    grant.addResourceScope(resource, scopes.join(' '));
  return finish(visit, { consent: { grantId: await grant.save() } });
}

interface Missing {
  readonly missingOIDCScope?: readonly string[];
  readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>;
}

async function finish({ provider, request, reply }: Visit, result: InteractionResults): Promise<FastifyReply> {
  const merge = { mergeWithLastSubmission: result.error === undefined };
  const returnTo = new URL(await provider.interactionResult(request.raw, reply.raw, result, merge));
  return reply.redirect(`${returnTo.pathname}${returnTo.search}`, 303);
}

function checkedForm({ request, csrf }: Visit): Form {
  const form = (request.body ?? {}) as Form;
  const given = Buffer.from(form.csrf ?? '');
  const expected = Buffer.from(csrf);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return form;
  throw new FaultflixError('forbidden', 'this form was not sent by our page', { todo: 'load the page again' });
}

/** Forms alone. A field that comes twice is refused: which one would count? */
function readForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const type = 'application/x-www-form-urlencoded';
  app.addContentTypeParser(type, { parseAs: 'string', bodyLimit: 8_192 }, (_request, body, done) => {
    const pairs = [...new URLSearchParams(body as string)];
    const form = Object.fromEntries(pairs);
    if (Object.keys(form).length === pairs.length) return done(null, form);
    done(new FaultflixError('bad-input', 'a field comes twice', { where: 'body' }));
  });
}

function cookieOf({ headers }: FastifyRequest, name: string): string | undefined {
  const found = (headers.cookie ?? '').split(/; */).find((pair) => pair.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}

function originsOf(redirectUri: unknown): readonly string[] {
  const url = typeof redirectUri === 'string' ? URL.parse(redirectUri) : null;
  return url === null ? [] : [url.origin];
}

/** A page, not a problem document: a person reads it. */
function sendErrorPage(thrown: unknown, reply: FastifyReply): FastifyReply {
  const { status, code, text } = told(thrown);
  reply.code(status).headers(securityHeaders()).type('text/html; charset=utf-8');
  if (status === 503 || status === 429) reply.header('retry-after', '1');
  return reply.send(errorPage(code, text));
}

function told(thrown: unknown): { readonly status: number; readonly code: string; readonly text: string } {
  const { statusCode, expose, error, error_description } = thrown as Partial<
    InstanceType<typeof errors.OIDCProviderError>
  >;
  if (expose && statusCode !== undefined && error !== undefined)
    return { status: statusCode, code: error, text: error_description ?? 'Please start again from where you came.' };
  const fastifyStatus = statusCode !== undefined && statusCode < 500 ? statusCode : undefined;
  if (fastifyStatus !== undefined)
    return { status: fastifyStatus, code: 'bad-input', text: 'This request cannot be read.' };
  const failure = asFaultflixError(thrown);
  const status = httpStatusOf(failure);
  return { status, code: failure.code, text: status < 500 ? failure.message : 'Please try again in a moment.' };
}
