#!/usr/bin/env node
/** `npm run encode -- FILE [--id ID] [--title NAME] [--out FOLDER] [--upscale] [--rate RATIO]` */
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { asFaultflixError, exitCodeOf, FaultflixError, messageOf } from '#base/errors.ts';
import { encodeTitle } from './title.ts';

const usage = `Usage: npm run encode -- FILE [options]

Encodes a video into a title: CMAF segments of 2 s in up to five renditions (240p to 1080p), HLS and DASH manifests.

  --id ID        folder and path of the title (default: from the file's name)
  --title NAME   what viewers read (default: from the file's name)
  --out FOLDER   the folder of all titles (default: platform/media/titles)
  --upscale      also the renditions that are higher than the source
  --rate RATIO   bit rates times this (default 1)
  --audio KBPS   bit rate of the sound (default 128)
`;

function options(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        id: { type: 'string' },
        title: { type: 'string' },
        out: { type: 'string' },
        upscale: { type: 'boolean' },
        rate: { type: 'string' },
        audio: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw new FaultflixError('bad-input', messageOf(cause), { todo: 'npm run encode -- --help', cause });
  }
}

function positive(text: string | undefined, where: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (value > 0 && value <= 10_000) return value;
  throw new FaultflixError('bad-input', 'not a usable number', { where, expected: 'more than 0', received: text });
}

/** A live line on a terminal, else one line each 15 s. */
function progressPrinter(): (doneMs: number, totalMs: number) => void {
  const startedAt = performance.now();
  let lastAt = 0;
  return (doneMs, totalMs) => {
    const now = performance.now();
    if (now - lastAt < (process.stderr.isTTY ? 200 : 15_000)) return;
    lastAt = now;
    const leftS = doneMs > 0 ? Math.ceil(((now - startedAt) * (totalMs - doneMs)) / doneMs / 1_000) : undefined;
    const line = `encoding ${Math.floor((100 * doneMs) / totalMs)} %, ${leftS === undefined ? 'time left unknown' : `about ${leftS} s left`}`;
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  };
}

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = options(args);
  const [file, ...more] = positionals;
  if (values.help) return void process.stdout.write(usage);
  if (file === undefined || more.length > 0) {
    throw new FaultflixError('bad-input', 'one video file is needed', {
      expected: 'FILE',
      received: positionals.join(' ') || 'nothing',
      todo: 'npm run encode -- --help',
    });
  }
  const name = basename(file, extname(file));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(signal));
  const rate = positive(values.rate, '--rate');
  const audioKbps = positive(values.audio, '--audio');
  const encoded = await encodeTitle({
    file,
    id:
      values.id ??
      name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, ''),
    title: values.title ?? name,
    out: values.out ?? join(import.meta.dirname, 'titles'),
    upscale: values.upscale ?? false,
    ...(rate === undefined ? {} : { rate }),
    ...(audioKbps === undefined ? {} : { audioKbps }),
    onProgress: progressPrinter(),
    signal: stop.signal,
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  process.stdout.write(`${JSON.stringify(encoded)}\n`);
}

await main(process.argv.slice(2)).catch((thrown: unknown) => {
  const error = asFaultflixError(thrown);
  process.stderr.write(`\n${messageOf(error)}\n`);
  for (const key of ['where', 'expected', 'received', 'todo'] as const)
    if (error[key]) process.stderr.write(`  ${key}: ${error[key]}\n`);
  process.exitCode = exitCodeOf(error);
});
