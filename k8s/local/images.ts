import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * What an image means on the local cluster: which program its containers run and in which environment. The one table;
 * docs/architecture.md, "Images". An image that is not here cannot be pulled.
 */
export interface Image {
  /** Program and first arguments, when the container has no `command`. Empty: the container must have one. */
  readonly entryPoint: readonly string[];
  /** Arguments when the container has neither `command` nor `args` (an image's CMD); gets the pod's bindable address. */
  readonly defaultArgs?: (bindAddress: string) => readonly string[];
  /** Working directory when the container has no `workingDir`; the pod's own folder when absent. */
  readonly cwd?: string;
  /** The image's user; root unless told. */
  readonly uid?: number;
  /** Its programs are everybody's: containers run as whom they ask to. Others run as the operator, whose files they need. */
  readonly anyUser?: boolean;
  /** Environment beneath the container's own. */
  readonly env: Readonly<Record<string, string>>;
}

export interface ImageContext {
  readonly repositoryRoot: string;
  /** Folder of the tools that the cluster made: toxiproxy-server. */
  readonly binDir: string;
  /** The Node that runs the services. */
  readonly node: string;
  /** The operator's environment: PATH for busybox, K6 and PATH for the load. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Of the images that the project makes. */
const FAULTFLIX_UID = 10_001;
const CONTAINER_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const node = ({ repositoryRoot, node, env }: ImageContext): Image => ({
  entryPoint: [node],
  uid: FAULTFLIX_UID,
  cwd: repositoryRoot,
  // As in the image: `node` of an exec is the Node that runs the services.
  env: { PATH: `${dirname(node)}:${CONTAINER_PATH}`, NODE_COMPILE_CACHE: join(cacheDir(env), 'compile-cache') },
});

const shell = ({ env }: ImageContext): Image => ({
  entryPoint: [],
  anyUser: true,
  env: { PATH: env.PATH ?? CONTAINER_PATH },
});

const table: Readonly<Record<string, (context: ImageContext) => Image>> = {
  'faultflix.local/platform:dev': node,
  'faultflix.local/chaos:dev': node,
  'faultflix.local/load:dev': (context) => {
    const image = node(context);
    const { K6, PATH = CONTAINER_PATH } = context.env;
    return { ...image, env: { ...image.env, PATH, ...(K6 ? { K6 } : {}) } };
  },
  'faultflix.local/etcd:dev': (context) => {
    const image = node(context);
    return { ...image, env: { ...image.env, FAULTFLIX_ETCD: join(context.binDir, 'etcd') } };
  },
  'faultflix.local/toxiproxy:dev': ({ binDir }) => ({
    entryPoint: [join(binDir, 'toxiproxy-server')],
    uid: FAULTFLIX_UID,
    // Elsewhere the image says 0.0.0.0; a pod without a network of its own must keep to its own address.
    defaultArgs: (bindAddress) => ['-host', bindAddress, '-port', '8474'],
    env: { PATH: CONTAINER_PATH },
  }),
  'faultflix.local/shell:dev': shell,
  busybox: shell,
};

/** The image's meaning, or undefined when the table lacks it. `busybox` with any tag or digest is one image. */
export function findImage(reference: string, context: ImageContext): Image | undefined {
  const name = reference.replace(/^docker\.io\/(library\/)?/, '');
  const key = /^busybox([:@].*)?$/.test(name) ? 'busybox' : name;
  return Object.hasOwn(table, key) ? table[key]!(context) : undefined;
}

/** Names of the table, for errors and for the node's list of images. */
export const imageNames: readonly string[] = Object.keys(table);

export function cacheDir(env: Readonly<Record<string, string | undefined>>): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'faultflix');
}
