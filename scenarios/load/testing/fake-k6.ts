/**
 * A program in k6's place: replays output in the format that k6's documentation gives for `--out json`, with the times
 * moved to now and each line written when its time has come. It shows that the bridge reads that format; that k6 writes
 * it, only k6 can show.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const recordedAtMs = Date.parse('2026-01-01T00:00:00+02:00');

/** Makes an executable for $K6 in `folder`. */
export function installFakeK6(folder: string): string {
  const path = join(folder, 'k6');
  writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" "${import.meta.filename}" "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

async function replay(): Promise<number> {
  const args = process.argv.slice(2);
  if (args[0] === 'version') {
    process.stdout.write('k6 v1.4.2 (commit/0000000000, go1.25.4, linux/amd64)\n');
    return 0;
  }
  if (args.join(' ') !== `run --quiet --out json=- ${args.at(-1)}`) {
    process.stderr.write(`not as k6 wants it: ${args.join(' ')}\n`);
    return 104;
  }
  const startedAtMs = Date.now();
  for (const line of readFileSync(process.env.FAKE_K6_OUTPUT!, 'utf8').split('\n')) {
    const time = /"time":"([^"]+)"/.exec(line)?.[1];
    const offsetMs = time === undefined ? 0 : Date.parse(time) - recordedAtMs;
    const waitMs = startedAtMs + offsetMs - Date.now();
    if (time !== undefined && waitMs > 0) await new Promise((done) => setTimeout(done, waitMs));
    const moved = time === undefined ? line : line.replace(time, nanoseconds(startedAtMs + offsetMs));
    process.stdout.write(`${moved}\n`);
  }
  if (process.env.FAKE_K6_HANG) await new Promise((done) => setTimeout(done, 60_000));
  return Number(process.env.FAKE_K6_EXIT ?? 0);
}

/** Go's RFC 3339 with nanoseconds, in a zone that is not UTC. */
function nanoseconds(ms: number): string {
  return new Date(ms + 7_200_000).toISOString().replace('Z', '123456+02:00');
}

if (import.meta.main) {
  process.once('SIGINT', () => process.exit(105));
  process.exit(await replay());
}
