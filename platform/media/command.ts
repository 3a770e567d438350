import { join } from 'node:path';
import { type Rung, SEGMENT_SECONDS } from './ladder.ts';

export interface EncodePlan {
  readonly file: string;
  readonly folder: string;
  readonly rungs: readonly Rung[];
  readonly hasAudio: boolean;
  readonly audioKbps: number;
}

export const HLS_MASTER = 'master.m3u8';
export const DASH_MANIFEST = 'manifest.mpd';

/**
 * The arguments of one ffmpeg run that writes every rendition: one set of CMAF segments with key frames at each segment's
 * start in all of them (so that a player may switch at any segment), and the HLS and DASH manifests over that set.
 */
export function ffmpegArgs({ file, folder, rungs, hasAudio, audioKbps }: EncodePlan): string[] {
  const split = rungs.map((_, i) => `[s${i}]`).join('');
  const scaled = rungs.map(({ heightPx }, i) => `[s${i}]scale=-2:${heightPx}:flags=bicubic,format=yuv420p[v${i}]`);
  return [
    ...['-hide_banner', '-nostdin', '-v', 'error', '-progress', 'pipe:1', '-y', '-i', file],
    ...['-filter_complex', [`[0:v:0]split=${rungs.length}${split}`, ...scaled].join(';')],
    ...rungs.flatMap((rung, i) => videoArgs(rung, i)),
    ...(hasAudio ? ['-map', '0:a:0', '-c:a', 'aac', '-b:a', `${audioKbps}k`, '-ac', '2', '-ar', '48000'] : []),
    ...['-force_key_frames', `expr:gte(t,n_forced*${SEGMENT_SECONDS})`, '-map_metadata', '-1', '-fflags', '+bitexact'],
    ...['-f', 'dash', '-dash_segment_type', 'mp4', '-seg_duration', `${SEGMENT_SECONDS}`],
    ...['-use_template', '1', '-use_timeline', '1', '-hls_playlist', '1', '-hls_master_name', HLS_MASTER],
    ...['-init_seg_name', 'init-$RepresentationID$.mp4', '-media_seg_name', 'seg-$RepresentationID$-$Number%05d$.m4s'],
    ...['-adaptation_sets', `id=0,streams=v${hasAudio ? ' id=1,streams=a' : ''}`],
    join(folder, DASH_MANIFEST),
  ];
}

function videoArgs({ crf, maxKbps, profile }: Rung, i: number): string[] {
  return [
    ...['-map', `[v${i}]`, `-c:v:${i}`, 'libx264', `-preset:v:${i}`, 'veryfast', `-profile:v:${i}`, profile],
    ...[`-crf:v:${i}`, `${crf}`, `-maxrate:v:${i}`, `${maxKbps}k`, `-bufsize:v:${i}`, `${maxKbps * 2}k`],
    ...[`-sc_threshold:v:${i}`, '0', `-flags:v:${i}`, '+cgop'],
  ];
}

/** Milliseconds encoded so far, when a line of `-progress` tells it. */
export function encodedMs(line: string): number | undefined {
  const match = /^out_time_us=(\d+)$/.exec(line);
  return match ? Math.floor(Number(match[1]) / 1_000) : undefined;
}
