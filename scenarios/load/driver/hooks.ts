import { existsSync, readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { FaultflixError } from '#base/errors.ts';

const modules: Readonly<Record<string, string>> = {
  k6: 'k6.ts',
  'k6/http': 'http.ts',
  'k6/metrics': 'metrics.ts',
  'k6/execution': 'execution.ts',
  'k6/data': 'data.ts',
  'k6/timers': 'timers.ts',
};

/**
 * A script's URL carries `?vu=7`, and so does all that it imports: each virtual user has modules, and so module state,
 * of its own, as in k6. The k6 modules themselves are shared and find their user by its asynchronous context.
 */
export function scriptUrl(path: string, vu: number): string {
  return `${pathToFileURL(path).href}?vu=${vu}`;
}

const sources = new Map<string, string>();
let installed = false;

/** Maps the k6 modules for scripts, and for scripts only. Once a process. */
export function installHooks(): void {
  if (installed) return;
  installed = true;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const parent = context.parentURL ?? '';
      if (!isScript(parent)) return nextResolve(specifier, context);
      if (specifier === 'k6' || specifier.startsWith('k6/')) {
        return { url: k6Module(specifier, parent), shortCircuit: true };
      }
      if (!/^\.{0,2}\//.test(specifier) && !specifier.startsWith('file:')) throw notForScripts(specifier, parent);
      const url = new URL(specifier, parent);
      if (!existsSync(url)) {
        throw new FaultflixError('bad-input', `a script imports what does not exist: ${specifier}`, {
          where: where(parent),
          received: fileURLToPath(url),
          todo: 'imports need their whole name, ending included',
        });
      }
      url.search = new URL(parent).search;
      return { url: url.href, shortCircuit: true };
    },
    load(url, context, nextLoad) {
      if (!isScript(url)) return nextLoad(url, context);
      const path = fileURLToPath(url);
      if (path.endsWith('.json')) throw notForScripts(path, url);
      return { format: 'module', source: sourceOf(path), shortCircuit: true };
    },
  });
}

const isScript = (url: string): boolean => /^file:.*\?vu=\d+$/.test(url);
const where = (url: string): string => fileURLToPath(url);

function sourceOf(path: string): string {
  let source = sources.get(path);
  if (source === undefined) {
    const text = readFileSync(path, 'utf8');
    source = path.endsWith('.ts') ? quietly(() => stripTypeScriptTypes(text)) : text;
    sources.set(path, source);
  }
  return source;
}

/** Stripping types is what Node does to our own files too; said once more, the warning only hides the summary. */
function quietly<T>(body: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return body();
  } finally {
    process.emitWarning = emitWarning;
  }
}

function k6Module(specifier: string, parent: string): string {
  const file = modules[specifier];
  if (file !== undefined) return new URL(`./modules/${file}`, import.meta.url).href;
  throw new FaultflixError('unsupported', `the embedded driver has no ${specifier}`, {
    where: where(parent),
    expected: Object.keys(modules).join(', '),
    received: specifier,
    todo: 'run the script with k6 (--driver k6), or do without this module',
  });
}

function notForScripts(specifier: string, parent: string): FaultflixError {
  return new FaultflixError('unsupported', `a script cannot import ${specifier}`, {
    where: where(parent),
    expected: `k6 modules (${Object.keys(modules).join(', ')}) and relative files`,
    received: specifier,
    todo: 'k6 has no Node API: keep scripts to k6 modules and relative .ts or .js files',
  });
}
