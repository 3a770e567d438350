import type { ToolName } from '../local/tools/catalogue.ts';
import type { Layer } from './layer/entry.ts';
import type { Architecture } from './machine/architecture.ts';

export const imageNames = ['platform', 'chaos', 'load', 'etcd', 'toxiproxy', 'shell', 'pause'] as const;
/** Of tests: built when they are named, for they want programs that other machines need not have. */
export const testImageNames = ['node'] as const;
export type ImageName = (typeof imageNames)[number] | (typeof testImageNames)[number];

const allNames: readonly string[] = [...imageNames, ...testImageNames];
export const isImageName = (text: string): text is ImageName => allNames.includes(text);

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
  /** The layer of Node, made once for all images that have it. */
  readonly node: () => Promise<Layer>;
  /** Path of a tool of the local cluster, made first when the cache of tools lacks it. */
  readonly tool: (name: ToolName) => Promise<string>;
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
