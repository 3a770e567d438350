import { stripTypeScriptTypes } from 'node:module';
import { posix } from 'node:path';
import type { WithContent } from './read.ts';

/**
 * Imports of our code in an image that the image does not have: `<file> → <specifier>`. Judged by what is left when the
 * types are gone, as Node does; test frameworks and the modules of k6, which the driver has its own of, are let through.
 */
export function unresolved(entries: readonly Pick<WithContent, 'path' | 'content'>[]): string[] {
  const paths = new Set(entries.map(({ path }) => path));
  const manifest = entries.find(({ path }) => path === 'app/package.json');
  const { imports } = JSON.parse(String(manifest?.content)) as { imports: Record<string, string> };
  return entries
    .filter(({ path }) => path.endsWith('.ts') && !path.includes('node_modules/'))
    .flatMap(({ path, content }) =>
      specifiersOf(String(content))
        .filter((specifier) => !has(paths, imports, path, specifier))
        .map((specifier) => `${path} → ${specifier}`),
    );
}

function specifiersOf(source: string): string[] {
  const code = stripTypeScriptTypes(source).replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
  const statements = /\b(?:import|export)\b\s*(?:[\w*{}\s,$]*?\bfrom\s*)?(['"])([^'"\n]+)\1/g;
  const calls = /\b(?:import|require)\(\s*(['"])([^'"\n]+)\1\s*\)/g;
  return [statements, calls].flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[2]!));
}

function has(paths: ReadonlySet<string>, imports: Record<string, string>, from: string, specifier: string): boolean {
  if (specifier.startsWith('node:') || /^k6(?:\/|$)/.test(specifier)) return true;
  if (specifier.startsWith('.')) return paths.has(posix.join(posix.dirname(from), specifier));
  if (specifier.startsWith('#')) {
    const [key, target] = Object.entries(imports).find(([name]) => specifier.startsWith(name.replace('*', ''))) ?? [];
    if (!key || !target) return false;
    return paths.has(posix.join('app', target.replace('*', specifier.slice(key.length - 1))));
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  return paths.has(`app/node_modules/${name}/package.json`);
}
