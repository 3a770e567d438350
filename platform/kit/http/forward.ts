import type { IncomingHttpHeaders } from 'node:http';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** RFC 9110, 7.6.1, and what each hop writes itself. */
const ofTheHop = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'expect', 'host', 'content-length', 'date', 'http2-settings', 'via'],
  ...['traceparent', 'tracestate', 'baggage', 'idempotency-key'],
]);
/** What only a hop of ours may say. */
const ours = /^(faultflix-|x-faultflix-(peer|edge)$|x-forwarded-|forwarded$)/;

/** Headers of a message that are for its other end: not of the hop, nor named by `Connection`. */
export function endToEnd(headers: Headers): Record<string, string | string[]> {
  const named = new Set(
    [headers.connection ?? []]
      .flat()
      .flatMap((list) => list.split(','))
      .map((name) => name.trim().toLowerCase()),
  );
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string | string[]] =>
        entry[1] !== undefined && !ofTheHop.has(entry[0]) && !named.has(entry[0]) && !ours.test(entry[0]),
    ),
  );
}

/**
 * Headers of a request that goes on to another server of ours, and by which name and scheme the viewer called the first: a
 * link or cookie that the last one makes must be good there. They come from `Host`, or from the hop before. `from` is the
 * address that the first of ours saw; later ones leave it out and pass on what they were told.
 */
export function forwardedHeaders(headers: IncomingHttpHeaders, from?: string): Record<string, string> {
  const host = single(headers['x-forwarded-host']) ?? headers.host;
  const source = from ?? single(headers['x-forwarded-for']);
  const kept = Object.entries(endToEnd(headers)).map(([name, value]) => [name, [value].flat().join(', ')]);
  return {
    ...Object.fromEntries(kept),
    ...(host === undefined ? {} : { 'x-forwarded-host': host }),
    ...(source === undefined ? {} : { 'x-forwarded-for': source }),
    'x-forwarded-proto': headers['x-forwarded-proto'] === 'http' ? 'http' : 'https',
  };
}

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
