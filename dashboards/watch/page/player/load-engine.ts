/** hls.js or shaka-player: each is half a megabyte, so it comes when it is wanted. */
import type { Engine, EngineOptions, Format } from './engine.ts';

export async function engineOf(format: Format, options: EngineOptions): Promise<Engine> {
  const { play } = format === 'dash' ? await import('./dash.ts') : await import('./hls.ts');
  return play(options);
}
