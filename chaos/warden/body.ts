import type { IncomingMessage } from 'node:http';
import { FaultflixError } from '#base/errors.ts';
import type { PutToxic } from './api.ts';

/**
 * Bodies of requests, checked by hand: a schema library would cost every node 9 MB for two small objects, in the one
 * process that must be there when memory is short.
 */
const MAX_BODY_BYTES = 64_000;

interface Field {
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
}

const text: Field = { expected: 'a text', fits: (value) => typeof value === 'string' && value !== '' };
const number: Field = { expected: 'a number', fits: (value) => typeof value === 'number' && Number.isFinite(value) };
const ratio: Field = {
  expected: 'a number from 0 to 1',
  fits: (value) => typeof value === 'number' && value >= 0 && value <= 1,
};
const stream: Field = {
  expected: 'upstream or downstream',
  fits: (value) => value === 'upstream' || value === 'downstream',
};
const attributes: Field = {
  expected: 'an object of texts, numbers and booleans',
  fits: (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((each) => ['string', 'number', 'boolean'].includes(typeof each)),
};

const toxicFields: { readonly [field in keyof PutToxic]: Field } = {
  podUid: text,
  podIp: text,
  proxy: text,
  name: text,
  type: text,
  stream,
  toxicity: ratio,
  attributes,
  expiresAtMs: number,
};

export async function toxicBody(request: IncomingMessage): Promise<PutToxic> {
  const value = await json(request);
  return check<PutToxic>({ toxicity: 1, ...value }, toxicFields);
}

export async function leaseBody(request: IncomingMessage): Promise<{ readonly ttlMs: number }> {
  return check<{ ttlMs: number }>(await json(request), { ttlMs: number });
}

function check<T>(value: Readonly<Record<string, unknown>>, fields: { readonly [field in keyof T]: Field }): T {
  for (const [name, { expected, fits }] of Object.entries<Field>(fields)) {
    if (!fits(value[name])) throw wrong(name, expected, value[name]);
  }
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) throw wrong(unknown, `one of ${Object.keys(fields).join(', ')}`, unknown);
  return value as T;
}

async function json(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw wrong('body', `at most ${MAX_BODY_BYTES} bytes`, `${bytes} bytes`);
    chunks.push(chunk);
  }
  const given = Buffer.concat(chunks).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(given);
  } catch {
    throw wrong('body', 'JSON', given);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('body', 'an object', value);
  return value as Record<string, unknown>;
}

const wrong = (where: string, expected: string, received: unknown): FaultflixError =>
  new FaultflixError('bad-input', 'the body is not right', {
    where,
    expected,
    received: (JSON.stringify(received) ?? 'nothing').slice(0, 200),
  });
