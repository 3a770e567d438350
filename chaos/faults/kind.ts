import type { z } from 'zod';
import type { Rng } from '#base/rng.ts';
import type { Json } from '../world/json.ts';
import type { Effect, Target } from '../world/target.ts';
import type { World } from '../world/world.ts';

export type { Effect, Json, Target, World };

/** One fault on one target. The file's name is the kind; its default export is this. */
export interface FaultKind<Spec, Mark extends Json> {
  readonly summary: string;
  /** Feeds the YAML check, the CRD, the cockpit's form, the docs. */
  readonly schema: z.ZodType<Spec>;
  fits(spec: Spec, target: Target): true | { readonly no: string };
  /** Pure; what `--dry-run` prints. */
  plan(spec: Spec, target: Target, rng: Rng): Mark;
  /** The journal already holds the mark. */
  inject(mark: Mark, world: World): Promise<void>;
  /** Potency: measured at the target. */
  effect(mark: Mark, world: World): Promise<Effect>;
  /** Idempotent; a vanished target counts as recovered. */
  recover(mark: Mark, world: World): Promise<void>;
}

/** A fault that is over once injected: it takes no `duration`, and its effect is measured once. */
export interface Instant {
  readonly instant: true;
}

/** A fault that ends its target: budgets of disruption are kept, and the target is no longer counted among the ready. */
export interface Ending {
  readonly endsPod: true;
}

/** A fault whose effect shows in round trips: the listeners whose round trip is measured before it. */
export interface Timed<Mark extends Json> {
  timed(mark: Mark): readonly string[];
}

/** The registry holds kinds of different specs; each checks its own by its schema. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type AnyFaultKind = FaultKind<any, any> & Partial<Instant & Ending & Timed<any>>;

export function isFaultKind(value: unknown): value is AnyFaultKind {
  const kind = value as Partial<AnyFaultKind> | undefined;
  return (
    typeof kind?.summary === 'string' &&
    kind.schema !== undefined &&
    [kind.fits, kind.plan, kind.inject, kind.effect, kind.recover].every((method) => typeof method === 'function')
  );
}
