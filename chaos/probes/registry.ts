import { loadRegistry } from '../engine/registry.ts';
import { type AnyProbe, isProbe } from './probe.ts';

/** Probes by name, which is their file's. */
export const probes: ReadonlyMap<string, AnyProbe> = await loadRegistry({
  folder: new URL('./', import.meta.url),
  except: ['probe.ts', 'claim-probe.ts'],
  isEntry: isProbe,
});
