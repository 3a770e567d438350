import type { BucketLine, Line } from '#scenarios/load/stream.ts';

/** What the other side of the connection counted. */
export interface Truth {
  /** Starts that were answered well, and that were refused. */
  readonly started: number;
  readonly refusedStarts: number;
  /** Segments that one edge refused, each of which another one had. */
  readonly failedSegments: number;
}

/** Where a stream contradicts what the servers counted. Empty: it does not. */
export function disagreements(lines: readonly Line[], truth: Truth): string[] {
  const buckets = lines.filter((line) => line.type === 'bucket');
  const found: string[] = [];
  const expect = (what: string, told: number, known: number) => {
    if (told !== known) found.push(`${what}: the stream says ${told}, the servers ${known}`);
  };
  const sum = (figure: (bucket: BucketLine) => number) => buckets.reduce((total, bucket) => total + figure(bucket), 0);
  const sumOf = (counts: (bucket: BucketLine) => Record<string, number>, key: (name: string) => boolean) =>
    sum((bucket) => Object.entries(counts(bucket)).reduce((total, [name, n]) => total + (key(name) ? n : 0), 0));
  const acknowledged = lines.filter((line) => line.type === 'played' && line.event === 'acknowledged').length;

  expect(
    'starts answered',
    sum(({ requests }) => requests.start?.ok ?? 0),
    truth.started,
  );
  expect(
    'starts refused',
    sum(({ requests }) => requests.start?.failed ?? 0),
    truth.refusedStarts,
  );
  expect('acknowledged plays', acknowledged, truth.started);
  expect(
    'errors of starts',
    sumOf(
      ({ errors }) => errors,
      (name) => name.startsWith('start:'),
    ),
    truth.refusedStarts,
  );
  expect(
    'segments that failed',
    sum(({ requests }) => requests.segment?.failed ?? 0),
    0,
  );
  expect(
    'errors of segments',
    sumOf(
      ({ errors }) => errors,
      (name) => name.startsWith('segment:'),
    ),
    0,
  );
  expect(
    'segments retried',
    sumOf(
      ({ retried }) => retried,
      (name) => name === 'segment:1503',
    ),
    truth.failedSegments,
  );
  expect(
    'titles not shown',
    sum(({ starts }) => starts.failed),
    truth.refusedStarts,
  );
  if (sum(({ starts }) => starts.ok) > truth.started) found.push('more titles shown than were started');
  for (const [index, bucket] of buckets.entries()) {
    if (bucket.atMs !== buckets[0]!.atMs + index * 100) found.push(`a bucket is missing before ${bucket.atMs}`);
  }
  if (lines.at(-1)?.type !== 'end') found.push('there is no end');
  return found;
}
