/** Specifiers of packages in a source file: not relative, not `#…`, not `node:…`; `import type` is gone at run time. */
const STATEMENT = /^\s*(?:import|export)\s+(?!type\b)(?:[^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]/gm;
const CALL = /\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/g;

/** Names of the packages that a source file can load, sorted. What it loads by a computed name cannot be seen. */
export function packagesIn(source: string): string[] {
  const specifiers = [STATEMENT, CALL].flatMap((pattern) => [...source.matchAll(pattern)].map((match) => match[1]!));
  return [
    ...new Set(specifiers.filter((name) => /^(?:@[\w.-]+\/)?[a-z\d][\w.-]*(?:\/|$)/i.test(name)).map(packageOf)),
  ].sort();
}

/** `@grpc/grpc-js/build/x.js` is of `@grpc/grpc-js`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
