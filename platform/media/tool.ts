import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { FaultflixError } from '#base/errors.ts';

export interface ToolResult {
  readonly code: number | null;
  readonly stdout: string;
  /** The last 64 KiB. */
  readonly stderr: string;
}

export interface ToolOptions {
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Runs ffmpeg or ffprobe to its end. Throws `could-not-run` when the program is missing, `cancelled` when aborted. */
export function runTool(tool: 'ffmpeg' | 'ffprobe', args: readonly string[], options: ToolOptions = {}) {
  const { onLine, signal } = options;
  return new Promise<ToolResult>((resolve, reject) => {
    const child = spawn(tool, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(signal ? { signal } : {}) });
    let stdout = '';
    let stderr = '';
    if (onLine) createInterface({ input: child.stdout }).on('line', onLine);
    else child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-65_536);
    });
    child.on('error', (cause: NodeJS.ErrnoException) => {
      if (signal?.aborted) return; // 'close' follows when it has ended
      reject(
        new FaultflixError('could-not-run', cause.code === 'ENOENT' ? `${tool} is not installed` : `${tool} failed`, {
          expected: `${tool} on PATH, version 5 or newer, with libx264`,
          todo: 'install FFmpeg: apt install ffmpeg, dnf install ffmpeg, brew install ffmpeg',
          cause,
        }),
      );
    });
    child.on('close', (code) => {
      if (signal?.aborted) reject(new FaultflixError('cancelled', `${tool} was stopped`, { cause: signal.reason }));
      else resolve({ code, stdout, stderr });
    });
  });
}
