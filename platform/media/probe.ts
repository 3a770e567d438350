import { FaultflixError } from '#base/errors.ts';
import { runTool } from './tool.ts';

export interface Source {
  readonly durationMs: number;
  readonly heightPx: number;
  readonly widthPx: number;
  readonly hasAudio: boolean;
}

interface ProbeJson {
  readonly streams?: ReadonlyArray<{
    readonly codec_type?: string;
    readonly width?: number;
    readonly height?: number;
    readonly disposition?: { readonly attached_pic?: number };
  }>;
  readonly format?: { readonly duration?: string };
}

/** What ffprobe says of a file. Throws `bad-input` when it holds no video or its length is unknown. */
export async function probe(file: string): Promise<Source> {
  const args = ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', file];
  const { code, stdout, stderr } = await runTool('ffprobe', args);
  if (code !== 0) {
    throw new FaultflixError('bad-input', 'not a video that FFmpeg can read', {
      where: file,
      expected: 'a video file',
      received: stderr.trim().split('\n').at(-1) ?? `ffprobe ended with ${code}`,
    });
  }
  return sourceOf(JSON.parse(stdout) as ProbeJson, file);
}

export function sourceOf({ streams = [], format }: ProbeJson, file: string): Source {
  const video = streams.find((s) => s.codec_type === 'video' && s.disposition?.attached_pic !== 1);
  const durationMs = Math.round(Number(format?.duration) * 1_000);
  if (!video?.width || !video.height) {
    throw new FaultflixError('bad-input', 'no video in the file', {
      where: file,
      expected: 'a video stream',
      received: streams.map((s) => s.codec_type).join(', ') || 'no stream',
    });
  }
  if (!(durationMs > 0)) {
    throw new FaultflixError('bad-input', 'a video of unknown length', {
      where: file,
      expected: 'a duration of more than 0 s',
      received: format?.duration ?? 'none',
      todo: 'write it into a container that knows its length: ffmpeg -i FILE -c copy FILE.mp4',
    });
  }
  const hasAudio = streams.some((s) => s.codec_type === 'audio');
  return { durationMs, heightPx: video.height, widthPx: video.width, hasAudio };
}
