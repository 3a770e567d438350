import type { FastifyInstance } from 'fastify';

type Pattern = readonly string[];

/** By path, the methods that have a route: what tells 405 from 404 (RFC 9110, 15.5.6). To be made before the routes. */
export function allowedMethods(app: FastifyInstance): (path: string) => readonly string[] {
  const patterns = new Map<string, { readonly parts: Pattern; readonly methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = patterns.get(url) ?? { parts: url.split('/'), methods: new Set<string>() };
    patterns.set(url, known);
    for (const one of [method].flat()) known.methods.add(one);
  });
  return (path) => {
    const parts = path.split('?', 1)[0]!.split('/');
    const fitting = [...patterns.values()].filter((pattern) => fits(pattern.parts, parts));
    return [...new Set(fitting.flatMap(({ methods }) => [...methods]))].sort();
  };
}

function fits(pattern: Pattern, path: readonly string[]): boolean {
  const open = pattern.at(-1) === '*';
  if (open ? path.length < pattern.length : path.length !== pattern.length) return false;
  return pattern.every((part, i) => part === '*' || part === path[i] || (part.startsWith(':') && path[i] !== ''));
}
