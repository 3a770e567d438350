import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { copy, type Entry, type Layer } from './entry.ts';
import { walk } from './walk.ts';

export interface CodeOptions {
  readonly repositoryRoot: string;
  /** Folders of the repository, each with what is beneath it but for tests. */
  readonly folders: readonly string[];
}

/** Our code in /app, where package.json makes `#base/…` and the rest mean what they mean in the repository. */
export async function codeLayer({ repositoryRoot, folders }: CodeOptions): Promise<Layer> {
  const top = ['package.json', 'LICENSE', 'NOTICE'].filter((name) => existsSync(join(repositoryRoot, name)));
  const entries: Entry[] = top.map((name) => copy(`app/${name}`, join(repositoryRoot, name)));
  for (const folder of folders) {
    entries.push(...(await walk({ from: join(repositoryRoot, folder), to: `app/${folder}`, keep: isOurs })));
  }
  return { name: 'code', title: 'our code', entries, components: [] };
}

const isOurs = (path: string, kind: 'file' | 'folder'): boolean =>
  kind === 'folder'
    ? !/(?:^|\/)(?:testing|node_modules|\.[^/]*)$/.test(path)
    : !/\.test\.ts$|\.md$|(?:^|\/)\./.test(path);
