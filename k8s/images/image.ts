import type { Layer } from './layer/entry.ts';
import type { Architecture } from './machine/architecture.ts';

export const imageNames = ['platform', 'chaos', 'load', 'toxiproxy', 'shell', 'pause'] as const;
export type ImageName = (typeof imageNames)[number];

export const isImageName = (text: string): text is ImageName => (imageNames as readonly string[]).includes(text);

/** A registry name that nobody can serve, so that no cluster takes a stranger's image for ours. */
export const referenceOf = (name: ImageName): string => `faultflix.local/${name}:dev`;

/** The part of an OCI image configuration that differs between images; all have fixed time and no host's name. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly StopSignal?: string;
}

export interface ImageContext {
  readonly repositoryRoot: string;
  readonly architecture: Architecture;
  readonly signal: AbortSignal;
  /** Path of toxiproxy-server, made first when the cache of tools lacks it. */
  readonly toxiproxy: () => Promise<string>;
}

/** What `<name>/image.ts` exports by default. */
export interface ImageDefinition {
  readonly summary: string;
  readonly config: ImageConfig;
  /** From the seldom changed to the often changed. */
  layers(context: ImageContext): Promise<readonly Layer[]>;
}

/** Whom the images run as, unless the pod says otherwise. */
export const USER_ID = 10_001;
export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
