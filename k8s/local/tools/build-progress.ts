import type { Clock } from '#base/clock.ts';

export interface CompileProgressOptions {
  /** Every package of the build, with whether the Go build cache holds it compiled. */
  readonly compiled: ReadonlyMap<string, boolean>;
  /** The main packages: each is also linked. */
  readonly programs: readonly string[];
  /** How long the whole takes with nothing compiled: what the estimate starts from. */
  readonly coldMs: number;
  readonly estimatedPackages: number;
  readonly clock: Clock;
}

export interface CompileProgress {
  /** A line of `go build -v`; true when it names a package of the build. */
  compiling(line: string): boolean;
  linked(programs: number): void;
  now(): { readonly done: number; readonly total: number; readonly etaMs: number };
}

/** Linking a program of this size takes about as long as compiling so many packages (measured on the API server). */
const LINK_IN_PACKAGES = 15;
/** So many packages of this build before its own speed alone decides. */
const TRUSTED_PACKAGES = 200;

/**
 * Counts a build: packages that were compiled already, plus those that `go build -v` has named, minus the one it names
 * as it begins it. Linking counts as a few packages for each program, so that the end is not a long wait at 100 %.
 */
export function compileProgress(options: CompileProgressOptions): CompileProgress {
  const { compiled, programs, coldMs, estimatedPackages, clock } = options;
  const startedAtMs = clock.now();
  const total = compiled.size + programs.length * LINK_IN_PACKAGES;
  const before = [...compiled.values()].filter(Boolean).length;
  const toDo = total - before;
  const started = new Set<string>();
  let linked = 0;
  return {
    compiling(line) {
      if (compiled.get(line) !== false) return false;
      started.add(line);
      return true;
    },
    linked(count) {
      linked = Math.min(count, programs.length);
    },
    now() {
      const own = Math.max(0, started.size - 1) + linked * LINK_IN_PACKAGES;
      const elapsedMs = clock.now() - startedAtMs;
      const guessMs = coldMs / Math.max(1, estimatedPackages);
      const weight = Math.min(1, own / TRUSTED_PACKAGES);
      const measuredMs = own === 0 ? guessMs : elapsedMs / own;
      const perPackageMs = guessMs * (1 - weight) + measuredMs * weight;
      return { done: before + own, total, etaMs: Math.round(Math.max(0, toDo - own) * perPackageMs) };
    },
  };
}

/** Reads what `go list` says of a package's staleness: a program is always stale, unless only its linking is left. */
export function isCompiled(stale: string, reason: string): boolean {
  return stale === 'false' || reason === 'not installed but available in build cache';
}
