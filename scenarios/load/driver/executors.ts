import { readdirSync } from 'node:fs';
import type { Executor } from './executor.ts';

/** The executors are the files of `executors/`; each exports one as default. */
const folder = new URL('./executors/', import.meta.url);
const registry = new Map<string, Executor<unknown>>();
for (const file of readdirSync(folder)) {
  if (!/^[a-z-]+\.ts$/.test(file)) continue;
  const module = (await import(new URL(file, folder).href)) as { default: Executor<unknown> };
  registry.set(file.replace('.ts', ''), module.default);
}

export const executorNamed = (name: string): Executor<unknown> | undefined => registry.get(name);
export const executorNames = (): readonly string[] => [...registry.keys()];
