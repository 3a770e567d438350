/** All that an image holds, as a container of it would find it. */
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { dockerode } from '../support/docker.ts';

/** By path: type, mode, owner, and a link's target or a file's digest. */
export type Content = ReadonlyMap<string, string>;

export async function contentOf(image: string): Promise<Content> {
  const docker = await dockerode();
  const container = await docker.createContainer({ Image: image, Cmd: ['never run'] });
  try {
    const content = new Map<string, string>();
    const entries = extract();
    entries.on('entry', (header, stream, next) => {
      const hash = createHash('sha256');
      stream.on('data', (chunk) => hash.update(chunk as Buffer));
      stream.on('end', () => {
        content.set(header.name, describe(header, hash.digest('hex')));
        next();
      });
    });
    await pipeline(await container.export(), entries);
    return content;
  } finally {
    await container.remove({ force: true });
  }
}

function describe({ type, mode, uid, gid, linkname }: Header, digest: string): string {
  const what = type === 'file' ? digest : (linkname ?? '');
  return `${type} ${((mode ?? 0) & 0o7777).toString(8)} ${uid}:${gid} ${what}`;
}

/** What every runtime sets for an image that says nothing; a builder writes it down. */
const DEFAULT_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** How a container is started unless told otherwise. */
export async function configOf(image: string) {
  const { Config } = await (await dockerode()).getImage(image).inspect();
  const { Entrypoint, Cmd, Env, WorkingDir, User } = Config;
  const said = Env ?? [];
  const env = said.some((entry) => entry.startsWith('PATH=')) ? said : [...said, DEFAULT_PATH];
  return { Entrypoint, Cmd: Cmd ?? [], Env: env.toSorted(), WorkingDir, User };
}

/** One line a path that only one has, or that is not the same in both. */
export function differences(one: Content, other: Content): readonly string[] {
  const paths = new Set([...one.keys(), ...other.keys()]);
  return [...paths].flatMap((path) => {
    const [here, there] = [one.get(path) ?? 'nothing', other.get(path) ?? 'nothing'];
    return here === there ? [] : [`${path}: ${here} and ${there}`];
  });
}
