import { z } from 'zod';
import { catalogue, type ErrorCode } from '#base/errors.ts';
import { type Operation, type ViewerRoute, viewerApi } from '#contracts/viewer-api.ts';
import { api, type Spec } from './api.ts';
import { problem } from './schemas.ts';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of all that viewers call (https://spec.openapis.org/oas/v3.1.1.html). The same every time. */
export function openApi(): Json {
  const paths: Record<string, Json> = {};
  const schemas: Record<string, unknown> = {};
  for (const [name, route] of Object.entries(viewerApi) as [Operation, ViewerRoute][]) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route, schemas) };
  }
  schemaOf(problem, 'output', schemas);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Faultflix: what a viewer calls',
      version: '1',
      description:
        'Every error is a problem of RFC 9457 whose `code` is stable. Signing in is OpenID Connect at /oidc. ' +
        'A request that may be repeated says so: safe methods, and others with an Idempotency-Key.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'Any router' }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        playToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Of POST /v1/session; 12 h' },
        accessToken: {
          type: 'openIdConnect',
          openIdConnectUrl: 'https://faultflix.test/oidc/.well-known/openid-configuration',
        },
      },
    },
  };
}

function operation(name: Operation, route: ViewerRoute, schemas: Json): Json {
  const spec: Spec = api[name];
  const parameters = [
    ...parametersOf(spec.params, 'path', schemas),
    ...parametersOf(spec.query, 'query', schemas),
    ...(route.repeat === 'by-key' ? [keyParameter(route.keyed === true)] : []),
  ];
  return {
    operationId: name,
    summary: spec.summary,
    description: `Priority: ${route.priority}. ${spec.servedBy.length === 0 ? 'Answered though others are out.' : `503 while ${spec.servedBy.join(' or ')} is out.`}`,
    security: security[route.token],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(spec.body === undefined
      ? {}
      : { requestBody: { required: true, content: json(schemaOf(spec.body, 'input', schemas)) } }),
    responses: { [spec.status ?? 200]: answered(spec, schemas), ...refusals(route) },
  };
}

const security: Readonly<Record<ViewerRoute['token'], readonly Json[]>> = {
  none: [],
  play: [{ playToken: [] }],
  access: [{ accessToken: [] }],
  either: [{}, { accessToken: [] }],
};

const json = (schema: unknown) => ({ 'application/json': { schema } });

function answered({ answer }: Spec, schemas: Json): Json {
  if (answer === 'image') return { description: 'The picture', content: { 'image/*': {} } };
  if (answer === 'document') return { description: 'OpenAPI 3.1', content: json({ type: 'object' }) };
  return { description: 'As asked for', content: json(schemaOf(answer, 'output', schemas)) };
}

const keyParameter = (required: boolean): Json => ({
  ...{ name: 'Idempotency-Key', in: 'header', required },
  description: 'The same key is the same request: once done, however often it is sent. With another body: 409.',
  schema: { type: 'string', minLength: 1, maxLength: 100 },
});

/** By status, the codes that it may come with. */
function refusals({ token, method, repeat }: ViewerRoute): Record<string, Json> {
  const codes: ErrorCode[] = ['bad-input', 'rate-limited', 'overloaded', 'unavailable', 'deadline-exceeded'];
  if (token !== 'none') codes.push('unauthenticated', 'forbidden', 'not-found');
  if (method === 'POST') codes.push('too-large', 'unsupported-media-type');
  if (repeat === 'by-key') codes.push('conflict');
  const byStatus = Map.groupBy(codes, (code) => catalogue[code].http);
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, of]) => [
        status,
        {
          description: of.map((code) => `\`${code}\``).join(', '),
          ...(of.some((code) => code === 'rate-limited' || code === 'overloaded')
            ? { headers: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } } }
            : {}),
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
  );
}

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query', schemas: Json): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'output', schemas) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, of]) => ({
    ...{ name, in: where, required: where === 'path' || required.includes(name), schema: of },
  }));
}

/** Schemas with an id become components; the rest stands where it is. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', schemas: Json): unknown {
  const made = z.toJSONSchema(schema, { target: 'draft-2020-12', io, reused: 'inline' }) as Json;
  const { $schema: _dialect, $defs, ...rest } = made;
  const refer = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll('#/$defs/', '#/components/schemas/'));
  for (const [name, of] of Object.entries(($defs ?? {}) as Json)) schemas[name] = withoutId(refer(of) as Json);
  const { id, ...own } = rest;
  if (typeof id !== 'string') return refer(own);
  schemas[id] = refer(own);
  return { $ref: `#/components/schemas/${id}` };
}

const withoutId = ({ id: _id, ...rest }: Json): Json => rest;
