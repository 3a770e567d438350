import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import { DASH_MANIFEST, encodedMs, ffmpegArgs, HLS_MASTER } from './command.ts';
import { rungsFor, SEGMENT_SECONDS } from './ladder.ts';
import { finishPlaylists } from './manifests.ts';
import { probe } from './probe.ts';
import { runTool } from './tool.ts';

export interface EncodeOptions {
  readonly file: string;
  /** Name of the folder and of the path on the edges: lower case letters, digits and dashes. */
  readonly id: string;
  readonly title: string;
  /** The folder of all titles. */
  readonly out: string;
  readonly upscale?: boolean;
  readonly rate?: number;
  readonly audioKbps?: number;
  readonly onProgress?: (doneMs: number, totalMs: number) => void;
  readonly signal?: AbortSignal;
}

/** `title.json` beside the segments. */
export interface EncodedTitle {
  readonly id: string;
  readonly title: string;
  readonly durationMs: number;
  readonly segmentMs: number;
  readonly heightsPx: readonly number[];
  readonly hls: string;
  readonly dash: string;
}

/**
 * Encodes a video into `<out>/<id>/`. The folder appears whole or not at all: the work is done beside it and renamed.
 * Throws `bad-input` (no such file, not a video, bad id, title exists), `could-not-run` (FFmpeg missing or failed).
 */
export async function encodeTitle(options: EncodeOptions): Promise<EncodedTitle> {
  const { file, id, title, out, upscale = false, rate = 1, audioKbps = 128, signal } = options;
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(id)) {
    throw new FaultflixError('bad-input', 'not an id of a title', {
      where: '--id',
      expected: 'up to 63 lower case letters, digits and dashes',
      received: id,
    });
  }
  const target = join(out, id);
  if (
    await readdir(target).then(
      (names) => names.length > 0,
      () => false,
    )
  ) {
    throw new FaultflixError('bad-input', 'the title exists', {
      where: target,
      todo: 'choose another --id or remove it',
    });
  }
  const source = await probe(file);
  const rungs = rungsFor({ sourceHeightPx: source.heightPx, upscale, rate });
  const folder = join(out, `.${id}.partial-${process.pid}`);
  await mkdir(folder, { recursive: true });
  try {
    const args = ffmpegArgs({ file, folder, rungs, hasAudio: source.hasAudio, audioKbps });
    const onLine = (line: string) => {
      const doneMs = encodedMs(line);
      if (doneMs !== undefined) options.onProgress?.(Math.min(doneMs, source.durationMs), source.durationMs);
    };
    const { code, stderr } = await runTool('ffmpeg', args, { onLine, ...(signal ? { signal } : {}) });
    if (code !== 0) {
      throw new FaultflixError('could-not-run', 'FFmpeg could not encode the video', {
        where: file,
        received: stderr.trim().split('\n').slice(-3).join('\n') || `exit code ${code}`,
      });
    }
    await finishPlaylists(folder);
    const encoded: EncodedTitle = {
      id,
      title,
      durationMs: source.durationMs,
      segmentMs: SEGMENT_SECONDS * 1_000,
      heightsPx: rungs.map(({ heightPx }) => heightPx),
      hls: HLS_MASTER,
      dash: DASH_MANIFEST,
    };
    await writeFile(join(folder, 'title.json'), `${JSON.stringify(encoded, undefined, 2)}\n`);
    await rm(target, { recursive: true, force: true });
    await rename(folder, target);
    return encoded;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
