import { loadRegistry } from '../engine/registry.ts';
import { type AnyFaultKind, isFaultKind } from './kind.ts';

/** Fault kinds by name, which is their file's. */
export const faultKinds: ReadonlyMap<string, AnyFaultKind> = await loadRegistry({
  folder: new URL('./', import.meta.url),
  except: ['kind.ts'],
  isEntry: isFaultKind,
});
