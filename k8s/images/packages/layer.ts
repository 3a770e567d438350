import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import type { Entry, Layer } from '../layer/entry.ts';
import { walk } from '../layer/walk.ts';
import { type Component, hashesOf, npmPurl } from '../sbom/component.ts';
import { packagesIn } from './imports.ts';
import { closureOf, type Lock, readLock } from './lock.ts';

const WORKING_DIRECTORY = 'app';

/** Never read at run time: Node runs no TypeScript of a package, and source maps only when it is told to. */
const UNREAD_FILE = /\.(?:[cm]?ts|tsx|map|md|markdown|flow)$|^\.|\/\./i;
/** Nested packages are packages of their own; the rest only at a package's top, where no code lives. */
const UNREAD_FOLDER = /(?:^|\/)(?:node_modules|\.[^/]*)$|^(?:tests?|__tests__|benchmarks?|docs|examples?)$/;
const LICENCE = /(?:^|\/)(?:licen[cs]e|notice|copying)[^/]*$/i;

export interface PackageOptions {
  readonly repositoryRoot: string;
  /** As Node names it: `x64`. */
  readonly cpu: string;
  /** Our code of the image; only what it can import comes with it. */
  readonly code: readonly Entry[];
}

/** Production packages that the code of an image can import. */
export async function packagesLayer({ repositoryRoot, cpu, code }: PackageOptions): Promise<Layer> {
  const lock = await readLock(repositoryRoot);
  const closure = closureOf({ lock, roots: await rootsOf(code), cpu });
  const entries: Entry[] = [];
  for (const folder of closure.keys()) {
    const from = join(repositoryRoot, folder);
    if (!existsSync(from)) {
      throw new FaultflixError('could-not-run', 'a package is not installed', { where: from, todo: 'run npm ci' });
    }
    entries.push(...(await walk({ from, to: `${WORKING_DIRECTORY}/${folder}`, keep: isRead })));
  }
  const components = [...closure].map(([folder, needs]) => componentOf(lock, folder, needs));
  return { name: 'packages', title: 'production packages', entries, components };
}

const isRead = (path: string, kind: 'file' | 'folder'): boolean =>
  kind === 'folder' ? !UNREAD_FOLDER.test(path) : LICENCE.test(path) || !UNREAD_FILE.test(path);

function componentOf(lock: Lock, folder: string, needs: readonly string[]): Component {
  const { version, license, integrity } = lock.get(folder)!;
  const hashes = hashesOf(integrity);
  return {
    type: 'library',
    name: nameOf(folder),
    version,
    purl: npmPurl(nameOf(folder), version),
    ...(license ? { licence: license } : {}),
    ...(hashes ? { hashes } : {}),
    dependsOn: needs.map((need) => npmPurl(nameOf(need), lock.get(need)!.version)),
  };
}

const nameOf = (folder: string): string => folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);

async function rootsOf(code: readonly Entry[]): Promise<string[]> {
  const names = new Set<string>();
  for (const entry of code) {
    if (entry.type !== 'file' || !entry.path.endsWith('.ts') || Buffer.isBuffer(entry.content)) continue;
    for (const name of packagesIn(await readFile(entry.content.file, 'utf8'))) names.add(name);
  }
  return [...names].filter((name) => name !== 'k6').sort();
}
