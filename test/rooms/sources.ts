/** The repository's code as text, and what each file imports. */

import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';

export type Sources = ReadonlyMap<string, string>;

export interface Import {
  readonly from: string;
  /** Path in the repository; absent for a package. */
  readonly to: string;
  readonly typesOnly: boolean;
}

/** All TypeScript of the working tree that git knows or would add, by path. */
export async function readSources(root: string): Promise<Sources> {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'], {
    cwd: root,
    encoding: 'utf8',
  });
  const paths = listed.split('\n').filter((path) => path !== '' && !path.endsWith('.d.ts'));
  const read = async (path: string) => [path, await readFile(join(root, path), 'utf8').catch(() => undefined)] as const;
  const files = await Promise.all(paths.map(read));
  return new Map(files.filter((file): file is [string, string] => file[1] !== undefined));
}

const rooms: Readonly<Record<string, string>> = {
  '#base/': 'platform/base/',
  '#contracts/': 'platform/contracts/',
  '#kit/': 'platform/kit/',
  '#platform/': 'platform/',
  '#chaos/': 'chaos/',
  '#scenarios/': 'scenarios/',
  '#k8s/': 'k8s/',
  '#test/': 'test/',
};

const STATEMENT = /(?:^|\n)\s*(import|export)(\s+type)?\s+([^'";]*?from\s*)?['"]([^'"\n]+)['"]/g;
const DYNAMIC = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g;

interface Found {
  readonly specifier: string;
  readonly typesOnly: boolean;
}

function found(source: string): readonly Found[] {
  const code = withoutComments(source);
  const statements = [...code.matchAll(STATEMENT)].map(([, , type, clause = '', specifier]) => ({
    specifier: specifier!,
    typesOnly: type !== undefined || onlyTypes(clause),
  }));
  const dynamic = [...code.matchAll(DYNAMIC)].map(([, specifier]) => ({ specifier: specifier!, typesOnly: false }));
  return [...statements, ...dynamic];
}

/** What a file imports from within the repository, static and dynamic with a literal path. */
export function importsOf(path: string, source: string): readonly Import[] {
  return found(source).flatMap(({ specifier, typesOnly }) => {
    const to = resolve(path, specifier);
    return to === undefined ? [] : [{ from: path, to, typesOnly }];
  });
}

/** What a file's code imports, as it is written; types are gone when it runs. */
export const specifiersOf = (source: string): readonly string[] =>
  found(source).flatMap(({ specifier, typesOnly }) => (typesOnly ? [] : [specifier]));

/** `{ type A, type B } from`: every name is a type. */
function onlyTypes(clause: string): boolean {
  const names = clause
    .match(/^\{([^}]*)\}/)?.[1]
    ?.split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return names !== undefined && names.length > 0 && names.every((name) => name.startsWith('type '));
}

function resolve(path: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return normalize(join(dirname(path), specifier));
  const alias = Object.keys(rooms).find((each) => specifier.startsWith(each));
  return alias === undefined ? undefined : rooms[alias]! + specifier.slice(alias.length);
}

/** Comments as blanks. A `//` within a string, as in `https://`, does not begin one. */
export function withoutComments(source: string): string {
  return source.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|(^|[^:\\/])\/\/[^\n]*/g,
    (whole, text?: string, before?: string) => (text === undefined ? (before ?? '') : whole),
  );
}

/** A file that only tests use: it may import everything. */
export const isTest = (path: string): boolean =>
  path.startsWith('test/') || /\.test\.tsx?$/.test(path) || /(^|\/)(testing|fixtures)\//.test(path);
