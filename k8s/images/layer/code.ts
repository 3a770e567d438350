import { join } from 'node:path';
import { copy, type Entry, type Layer } from './entry.ts';
import { walk } from './walk.ts';

export interface CodeOptions {
  readonly repositoryRoot: string;
  /** Folders and files of the repository, each with what is beneath it. */
  readonly folders: readonly string[];
  /** Paths of the repository beneath those folders that the image does not need. */
  readonly without?: readonly string[];
}

/** Our code in /app, where package.json makes `#base/…` and the rest mean what they mean in the repository. */
export async function codeLayer({ repositoryRoot, folders, without = [] }: CodeOptions): Promise<Layer> {
  const entries: Entry[] = [copy('app/package.json', join(repositoryRoot, 'package.json'))];
  for (const name of ['LICENSE', 'NOTICE']) entries.push(copy(`app/${name}`, join(repositoryRoot, name)));
  for (const folder of folders) {
    const keep = (path: string, kind: 'file' | 'folder') =>
      !without.includes(`${folder}/${path}`) && (kind === 'folder' ? !isForTests(path) : !isTest(path));
    entries.push(...(await walk({ from: join(repositoryRoot, folder), to: `app/${folder}`, keep })));
  }
  return { title: 'our code', entries };
}

const isForTests = (path: string): boolean => /(?:^|\/)(?:testing|\.[^/]*)$/.test(path);
const isTest = (path: string): boolean => /\.test\.ts$|\.md$|\/\.|^\./.test(path);
