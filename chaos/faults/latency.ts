import { z } from 'zod';
import { durationMs } from '#base/duration.ts';
import { distanceMs, isPlace, listener, type Place, places, protocols } from '#base/names.ts';
import { durationField } from '../engine/fields.ts';
import type { Effect, FaultKind, Target, Timed, World } from './kind.ts';

interface Spec {
  readonly latency: string;
  readonly jitter: string;
  readonly stream: 'upstream' | 'downstream';
  readonly from?: readonly Place[] | undefined;
  readonly protocols: readonly (typeof protocols)[number][];
}

/** A type, not an interface: only that is a Json by its shape. */
type Mark = {
  readonly target: { readonly [field in keyof Target]: string };
  /** Proxies of the pod's sidecar that get the toxic, those that the pod has. */
  readonly listeners: readonly string[];
  /** The nearest of them, through which the effect is measured. */
  readonly timed: readonly string[];
  readonly stream: 'upstream' | 'downstream';
  readonly latencyMs: number;
  readonly jitterMs: number;
};

/** Slows the pod's inbound traffic by a toxic in its own sidecar, for callers of all or some places. */
const latency: FaultKind<Spec, Mark> & Timed<Mark> = {
  summary: "Adds latency to a pod's inbound traffic, by a toxic in its sidecar",
  schema: z.strictObject({
    latency: durationField('Added to each round trip', { moreThanZero: true }),
    jitter: durationField('Each packet is delayed by latency ± jitter').default('0ms'),
    stream: z
      .enum(['upstream', 'downstream'])
      .default('downstream')
      .meta({ description: 'Whether requests (upstream) or answers (downstream) are slow' }),
    from: z.array(z.enum(places)).min(1).optional().meta({ description: 'Only callers in these places' }),
    protocols: z
      .array(z.enum(protocols))
      .min(1)
      .default([...protocols])
      .meta({ description: 'Only these listeners' }),
  }) as unknown as z.ZodType<Spec>,
  fits: ({ latency, jitter }) =>
    durationMs(jitter, 'jitter') <= durationMs(latency, 'latency')
      ? true
      : { no: `a jitter of ${jitter} is more than the latency of ${latency}` },
  plan(spec, target) {
    const { namespace, name, uid, service, region, node, ip } = target;
    const from = spec.from ?? places;
    const names = (callers: readonly Place[]) =>
      spec.protocols.flatMap((protocol) => callers.map((place) => listener(protocol, place).name));
    return {
      target: { namespace, name, uid, service, region, node, ip },
      listeners: names(from),
      timed: names([nearest(from, region)]),
      stream: spec.stream,
      latencyMs: durationMs(spec.latency, 'latency'),
      jitterMs: durationMs(spec.jitter, 'jitter'),
    };
  },
  timed: ({ timed }) => timed,
  async inject(mark, { toxics, lease, before }) {
    await Promise.all(
      present(mark, before).map((proxy) =>
        toxics.put(mark.target, {
          proxy,
          name: toxicName(lease, mark.stream),
          type: 'latency',
          stream: mark.stream,
          toxicity: 1,
          attributes: { latency: mark.latencyMs, jitter: mark.jitterMs },
          expiresAtMs: lease.expiresAtMs,
        }),
      ),
    );
  },
  async effect(mark, { callers, toxics, lease, before }) {
    const timed = mark.timed.filter((proxy) => before.roundTripsMs[proxy] !== undefined);
    if (timed.length === 0) {
      return { potent: false, summary: `none of ${mark.timed.join(', ')} answered before the fault`, figures: {} };
    }
    const name = toxicName(lease, mark.stream);
    const [there, measured] = await Promise.all([
      toxics.list(mark.target),
      Promise.all(
        timed.map(async (proxy) => ({
          proxy,
          beforeMs: before.roundTripsMs[proxy]!,
          ...(await callers.roundTrip(mark.target, proxy)),
        })),
      ),
    ]);
    const lacking = present(mark, before).filter(
      (proxy) => !there.some((toxic) => toxic.proxy === proxy && toxic.name === name),
    );
    if (lacking.length > 0) {
      return { potent: false, summary: `the toxic is not at ${lacking.join(', ')}`, figures: {} };
    }
    return judge(measured, mark, present(mark, before).length);
  },
  async recover(mark, { toxics, lease, before }) {
    await Promise.all(
      present(mark, before).map((proxy) => toxics.remove(mark.target, { proxy, name: toxicName(lease, mark.stream) })),
    );
  },
};

interface Measured {
  readonly proxy: string;
  readonly beforeMs: number;
  readonly freshMs?: number;
  readonly heldMs?: number;
}

/**
 * Potent when each listener's round trip now takes the planned latency less its jitter, on a fresh connection and on one
 * that was open before the fault, and grew by half of it at least: a busy host makes the measurement before longer, and
 * never the one after shorter. A twentieth is allowed for timers.
 */
function judge(measured: readonly Measured[], { latencyMs, jitterMs }: Mark, toxics: number): Effect {
  const least = 0.95 * (latencyMs - jitterMs);
  const grew = (afterMs: number | undefined, beforeMs: number) =>
    afterMs !== undefined && afterMs >= least && afterMs - beforeMs >= least / 2;
  // A held connection that is lost says nothing: it may have been a predecessor's.
  const lacking = measured.find(
    ({ beforeMs, freshMs, heldMs }) => !grew(freshMs, beforeMs) || (heldMs !== undefined && !grew(heldMs, beforeMs)),
  );
  const added = (pick: (m: Measured) => number | undefined) =>
    measured.flatMap((m) => (pick(m) === undefined ? [] : [pick(m)! - m.beforeMs]));
  const fresh = added((m) => m.freshMs);
  const held = added((m) => m.heldMs);
  const figures = {
    plannedMs: latencyMs,
    listeners: toxics,
    beforeMs: rounded(measured.map((m) => m.beforeMs)),
    ...(fresh.length > 0 ? { addedFreshMs: rounded(fresh) } : {}),
    ...(held.length > 0 ? { addedHeldMs: rounded(held) } : {}),
  };
  if (lacking) {
    const { proxy, beforeMs, freshMs, heldMs } = lacking;
    return {
      potent: false,
      summary: `${proxy} took ${text(beforeMs)} before, now ${text(freshMs)} on a fresh connection and ${text(heldMs)} on the one held`,
      figures,
    };
  }
  const heldText = held.length > 0 ? `+${text(rounded(held))} on those held` : 'none was held';
  return {
    potent: true,
    summary: `+${text(rounded(fresh))} on fresh connections, ${heldText}; toxics at ${toxics} listeners`,
    figures,
  };
}

const rounded = (values: readonly number[]): number => Math.round(Math.min(...values) * 10) / 10;
const text = (ms: number | undefined): string => (ms === undefined ? 'no answer' : `${Math.round(ms * 10) / 10} ms`);

/** The place from which the target is reached fastest: the measurement then adds least of its own. */
function nearest(from: readonly Place[], region: string): Place {
  const here: Place = isPlace(region) ? region : 'global';
  return [...from].sort((a, b) => distanceMs(a, here) - distanceMs(b, here))[0]!;
}

const present = ({ listeners }: Mark, before: World['before']): string[] =>
  listeners.filter((proxy) => before.listeners.includes(proxy));

const toxicName = ({ run, step, expiresAtMs }: World['lease'], stream: string): string =>
  `ff.${run}.${step}.${expiresAtMs}.${stream}`;

export default latency;
