import type { BuiltImage } from '../build.ts';
import type { Target } from '../command-line.ts';
import { containerd } from './containerd.ts';
import { docker } from './docker.ts';
import { kind } from './kind.ts';
import { type Run, runProgram } from './program.ts';

export interface LoadOptions {
  readonly target: Target;
  /** Socket of containerd, or of Docker as `unix://…`. */
  readonly address?: string;
  /** Of containerd. */
  readonly namespace: string;
  /** Of kind. */
  readonly cluster: string;
  readonly signal: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
}

/** A place that takes images. */
export interface Loader {
  /** Rejects with what is missing and what to do; changes nothing. */
  ready(): Promise<void>;
  load(archive: string): Promise<void>;
}

export type LoaderOptions = Omit<LoadOptions, 'target'> & { readonly run: Run };

const loaders: Readonly<Record<Target, (options: LoaderOptions) => Loader>> = { containerd, docker, kind };

/**
 * Whether a place can take images is asked first, so that nothing is built in vain. Rejects with `could-not-run` when
 * its program is not there, with `unavailable` when its daemon does not answer.
 */
export async function openLoader({ target, ...options }: LoadOptions): Promise<Loader> {
  const run: Run = (call) => runProgram({ ...call, env: options.env ?? process.env, signal: options.signal });
  const loader = loaders[target]({ ...options, run });
  await loader.ready();
  return loader;
}

export async function loadAll(
  loader: Loader,
  images: readonly BuiltImage[],
  onLoaded: (image: BuiltImage) => void,
): Promise<void> {
  for (const image of images) {
    await loader.load(image.archive);
    onLoaded(image);
  }
}
