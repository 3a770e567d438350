import { parseArgs } from 'node:util';
import { FaultflixError, messageOf } from '#base/errors.ts';
import { type ImageName, imageNames, isImageName, testImageNames } from './image.ts';

export const targets = ['containerd', 'docker', 'kind'] as const;
export type Target = (typeof targets)[number];

export interface Command {
  readonly images: readonly ImageName[];
  readonly load?: Target;
  /** Socket of containerd, or of Docker as `unix://…`. */
  readonly address?: string;
  readonly namespace: string;
  /** kind's name for its cluster. */
  readonly cluster: string;
  readonly out?: string;
  /** Folder for `docker build`. */
  readonly context?: string;
  readonly json: boolean;
  readonly help: boolean;
}

export const help = `Makes the images of Faultflix of files on this machine: no Docker, no registry.

  npm run images -- [NAME…] [options]

Names: ${imageNames.join(', ')} (all when none is said); for tests also ${testImageNames.join(', ')}.

  --load containerd|docker|kind   puts them there as well
  --address SOCKET                of containerd (/run/containerd/containerd.sock) or Docker ($DOCKER_HOST, or its own)
  --namespace NAME                of containerd; the kubelet's is k8s.io, the default
  --cluster NAME                  of kind; kind is the default
  --out DIR                       archives as DIR/<name>.tar, SBOMs as DIR/<name>.cdx.json; else in the user's cache
  --context DIR                   DIR/<name>/*.tar, which the Dockerfiles of k8s/images/<name>/ add
  --json                          a JSON object a line: progress, image, loaded, error
  --help

Examples:
  npm run images                                                     all of them, into the cache
  npm run images -- platform --out build                             build/platform.tar and build/platform.cdx.json
  npm run images -- --load kind --cluster test                       into the nodes of the kind cluster "test"
  sudo npm run images -- --load containerd --address /run/k3s/containerd/containerd.sock
  npm run images -- platform --context build &&
    docker build -t faultflix.local/platform:dev -f k8s/images/platform/Dockerfile build/platform
`;

const options = {
  load: { type: 'string' },
  address: { type: 'string' },
  namespace: { type: 'string', default: 'k8s.io' },
  cluster: { type: 'string', default: 'kind' },
  out: { type: 'string' },
  context: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Throws `bad-input` with what would have been right. */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv);
  const { load, address, namespace, cluster, out, context, json, help } = values;
  if (load !== undefined && !isTarget(load)) throw bad(`no such place: ${load}`, targets.join(', '), `--load ${load}`);
  if (address !== undefined && load !== 'containerd' && load !== 'docker') {
    throw bad('an address, but nothing to load into', '--load containerd or --load docker with it', '--address');
  }
  for (const [name, value] of Object.entries({ address, namespace, cluster, out, context })) {
    if (value === '') throw bad(`--${name} is empty`, 'a value', `--${name} ""`);
  }
  return {
    images: positionals.length === 0 ? imageNames : [...new Set(positionals.map(nameOf))],
    namespace,
    cluster,
    json,
    help,
    ...(load === undefined ? {} : { load }),
    ...(address === undefined ? {} : { address }),
    ...(out === undefined ? {} : { out }),
    ...(context === undefined ? {} : { context }),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (cause) {
    const names = Object.keys(options).map((name) => `--${name}`);
    throw bad(messageOf(cause), names.join(', '), argv.join(' '));
  }
}

const isTarget = (text: string): text is Target => (targets as readonly string[]).includes(text);

function nameOf(text: string): ImageName {
  if (isImageName(text)) return text;
  throw bad(`no such image: ${text}`, [...imageNames, ...testImageNames].join(', '), text);
}

const bad = (message: string, expected: string, received: string) =>
  new FaultflixError('bad-input', message, {
    where: 'npm run images',
    expected,
    received,
    todo: 'npm run images -- --help',
  });
