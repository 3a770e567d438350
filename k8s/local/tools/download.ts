import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { backoffMs, type Clock, systemClock } from '#base/clock.ts';
import { FaultflixError, messageOf } from '#base/errors.ts';
import type { Release, Tool } from './catalogue.ts';
import { etaMs, type OnProgress } from './progress.ts';

export interface DownloadOptions {
  readonly tool: Tool;
  readonly release: Release;
  /** Where the program is written. */
  readonly program: string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  readonly limits?: Partial<DownloadLimits>;
}

export interface DownloadLimits {
  /** An offline machine must fall through to the next way in a few seconds. */
  readonly connectMs: number;
  /** No byte for this long ends the download. */
  readonly stallMs: number;
}

const LIMITS: DownloadLimits = { connectMs: 3_000, stallMs: 15_000 };
const ATTEMPTS = 3;
const RETRY = { firstMs: 500, maxMs: 2_000 };
const AGAIN = [429, 500, 502, 503, 504];
const MAX_REDIRECTS = 5;
const MAX_CHECKSUM_BYTES = 1_000_000;
const REPORT_EVERY_BYTES = 1_000_000;

/** A download that began and broke off, or a server that says to come back: worth another try. */
class Interrupted extends FaultflixError {}

/**
 * Fetches a release, compares it with the release's own checksum, and unpacks the program. Honours HTTPS_PROXY and
 * NO_PROXY. Rejects with `could-not-run`. What it leaves when it fails is not whole: the folder is a temporary one.
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { connectMs, stallMs } = { ...LIMITS, ...options.limits };
  const connect = { timeout: connectMs };
  const dispatcher = new EnvHttpProxyAgent({ connect, bodyTimeout: stallMs, headersTimeout: stallMs });
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        return await fetchWhole(options, dispatcher);
      } catch (error) {
        if (!(error instanceof Interrupted) || attempt + 1 >= ATTEMPTS) throw error;
      }
      await (options.clock ?? systemClock).sleep(backoffMs(attempt, RETRY), options.signal);
    }
  } finally {
    await dispatcher.destroy();
  }
}

async function fetchWhole(options: DownloadOptions, dispatcher: Dispatcher): Promise<void> {
  const { tool, release, program } = options;
  const expected = await fetchChecksum(options, dispatcher);
  const archive = release.member ? `${program}.tar.gz` : program;
  await rm(archive, { force: true });
  const received = await fetchFile(options, dispatcher, archive);
  if (received !== expected) {
    throw new FaultflixError('could-not-run', `${tool.name}: the checksum of the release does not fit`, {
      where: release.url,
      expected: `SHA-256 ${expected} (${release.checksumUrl})`,
      received,
    });
  }
  if (release.member) await unpack(archive, release.member, program);
}

async function fetchChecksum({ release, signal }: DownloadOptions, dispatcher: Dispatcher): Promise<string> {
  const { body } = await get(release.checksumUrl, dispatcher, signal);
  let text = '';
  for await (const chunk of body) {
    text += chunk;
    if (text.length > MAX_CHECKSUM_BYTES) break;
  }
  const file = release.url.split('/').at(-1)!;
  for (const line of text.split('\n')) {
    const [sum = '', name] = line.trim().split(/\s+\*?/);
    if (/^[0-9a-f]{64}$/i.test(sum) && (name === undefined || name === file)) return sum.toLowerCase();
  }
  throw new FaultflixError('could-not-run', `no SHA-256 sum of ${file}`, {
    where: release.checksumUrl,
    expected: `a line "<64 hexadecimal digits>  ${file}"`,
    received: text.slice(0, 100),
  });
}

/** Writes the file and flushes it; returns its SHA-256. */
async function fetchFile(options: DownloadOptions, dispatcher: Dispatcher, path: string): Promise<string> {
  const { tool, release, onProgress, signal, clock = systemClock } = options;
  const { body, headers } = await get(release.url, dispatcher, signal);
  const total = Number(headers['content-length'] ?? 0);
  const hash = createHash('sha256');
  const startedAtMs = clock.now();
  let done = 0;
  let reported = -REPORT_EVERY_BYTES;
  const handle = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await handle.writeFile(chunk);
      done += chunk.length;
      if (done - reported < REPORT_EVERY_BYTES && done !== total) continue;
      reported = done;
      const left = etaMs(done, total, clock.now() - startedAtMs);
      onProgress({
        what: tool.name,
        way: 'download',
        done,
        total,
        unit: 'bytes',
        ...(left === undefined ? {} : { etaMs: left }),
      });
    }
    await handle.sync();
  } catch (cause) {
    signal.throwIfAborted();
    throw interrupted(release.url, new Error(`${done} of ${total} bytes came: ${messageOf(cause)}`, { cause }));
  } finally {
    await handle.close();
  }
  if (total > 0 && done !== total) throw interrupted(release.url, new Error(`${done} of ${total} bytes came`));
  return hash.digest('hex');
}

async function get(url: string, dispatcher: Dispatcher, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  let at = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    let response: Dispatcher.ResponseData;
    try {
      response = await request(at, { dispatcher, signal });
    } catch (cause) {
      signal.throwIfAborted();
      throw failed(at, cause);
    }
    if (response.statusCode === 200) return response;
    await response.body.dump();
    const { location } = response.headers;
    if (response.statusCode < 300 || response.statusCode > 399 || typeof location !== 'string') {
      const error = new Error(`HTTP ${response.statusCode}`);
      throw AGAIN.includes(response.statusCode) ? interrupted(at, error) : failed(at, error);
    }
    const next = new URL(location, at);
    if (next.protocol === 'http:' && new URL(at).protocol === 'https:')
      throw failed(at, new Error(`redirected to ${next.protocol}`));
    at = next.href;
  }
  throw failed(url, new Error(`more than ${MAX_REDIRECTS} redirects`));
}

const failed = (url: string, cause: unknown) =>
  new FaultflixError('could-not-run', `GET ${url}: ${messageOf(cause)}`, { where: url, cause });
const interrupted = (url: string, cause: unknown) =>
  new Interrupted('could-not-run', `GET ${url}, ${ATTEMPTS} times: ${messageOf(cause)}`, { where: url, cause });

async function unpack(archive: string, member: string, program: string): Promise<void> {
  const reader = extract();
  const feeding = pipeline(createReadStream(archive), createGunzip(), reader);
  let found = false;
  const reading = (async () => {
    for await (const entry of reader) {
      if (entry.header.name === member && entry.header.type === 'file') {
        found = true;
        const handle = await open(program, 'wx', 0o700);
        try {
          await handle.writeFile(entry as AsyncIterable<Uint8Array>);
          await handle.sync();
        } finally {
          await handle.close();
        }
      } else {
        entry.resume();
      }
    }
  })();
  try {
    await Promise.all([feeding, reading]);
  } catch (cause) {
    throw new FaultflixError('could-not-run', 'the archive cannot be unpacked', { where: archive, cause });
  }
  if (!found) throw new FaultflixError('could-not-run', `the archive holds no ${member}`, { where: archive });
}
