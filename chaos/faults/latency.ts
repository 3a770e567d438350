import { z } from 'zod';
import { durationMs } from '#base/duration.ts';
import { listener, places, protocols } from '#base/names.ts';
import { durationField } from '../engine/fields.ts';
import type { Effect, FaultKind, World } from './kind.ts';

interface Spec {
  readonly latency: string;
  readonly jitter: string;
  readonly stream: 'upstream' | 'downstream';
  readonly from?: readonly (typeof places)[number][] | undefined;
  readonly protocols: readonly (typeof protocols)[number][];
}

type Mark = {
  readonly target: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly service: string;
    readonly region: string;
    readonly node: string;
    readonly ip: string;
  };
  /** Proxies of the pod's sidecar that get the toxic. */
  readonly listeners: readonly string[];
  readonly stream: 'upstream' | 'downstream';
  readonly latencyMs: number;
  readonly jitterMs: number;
};

/** Slows the pod's inbound traffic by a toxic in its own sidecar, for callers of all or some regions. */
const latency: FaultKind<Spec, Mark> = {
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
    return {
      target: { namespace, name, uid, service, region, node, ip },
      listeners: spec.protocols.flatMap((protocol) =>
        (spec.from ?? places).map((place) => listener(protocol, place).name),
      ),
      stream: spec.stream,
      latencyMs: durationMs(spec.latency, 'latency'),
      jitterMs: durationMs(spec.jitter, 'jitter'),
    };
  },
  async inject(mark, { toxics, lease, before }) {
    const proxies = slowable(mark, before.roundTripsMs);
    const attributes = { latency: mark.latencyMs, jitter: mark.jitterMs };
    await Promise.all(
      proxies.map((proxy) =>
        toxics.put(mark.target, {
          proxy,
          name: toxicName(lease, mark.stream),
          type: 'latency',
          stream: mark.stream,
          toxicity: 1,
          attributes,
          expiresAtMs: lease.expiresAtMs,
        }),
      ),
    );
  },
  async effect(mark, { callers, before }) {
    const proxies = slowable(mark, before.roundTripsMs);
    if (proxies.length === 0) {
      return { potent: false, summary: 'no listener of the pod answered before the fault', figures: {} };
    }
    const measured = await Promise.all(
      proxies.map(async (proxy) => ({
        proxy,
        beforeMs: before.roundTripsMs[proxy]!,
        ...(await callers.roundTrip(mark.target, proxy)),
      })),
    );
    return judge(measured, mark);
  },
  async recover(mark, { toxics, lease, before }) {
    await Promise.all(
      slowable(mark, before.roundTripsMs).map((proxy) =>
        toxics.remove(mark.target, { proxy, name: toxicName(lease, mark.stream) }),
      ),
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
 * Potent when each listener's round trip grew by the planned latency less its jitter, on a fresh connection and on one
 * that was open before the fault. A tenth is allowed for timers; a held connection that is lost is said, not counted.
 */
function judge(measured: readonly Measured[], { latencyMs, jitterMs }: Mark): Effect {
  const least = 0.9 * (latencyMs - jitterMs);
  const lacking = measured.filter(({ beforeMs, freshMs, heldMs }) =>
    freshMs === undefined || freshMs - beforeMs < least ? true : heldMs !== undefined && heldMs - beforeMs < least,
  );
  const added = (pick: (m: Measured) => number | undefined) =>
    measured.flatMap((m) => (pick(m) === undefined ? [] : [pick(m)! - m.beforeMs]));
  const fresh = added((m) => m.freshMs);
  const held = added((m) => m.heldMs);
  const figures = {
    plannedMs: latencyMs,
    beforeMs: median(measured.map((m) => m.beforeMs)),
    listeners: measured.length,
    ...(fresh.length ? { addedFreshMs: median(fresh) } : {}),
    ...(held.length ? { addedHeldMs: median(held) } : {}),
  };
  if (lacking.length > 0) {
    const { proxy, beforeMs, freshMs, heldMs } = lacking[0]!;
    const of = (ms: number | undefined) => (ms === undefined ? 'no answer' : `${ms.toFixed(1)} ms`);
    return {
      potent: false,
      summary: `${lacking.length} of ${measured.length} listeners lack it: ${proxy} took ${of(beforeMs)} before, now ${of(freshMs)} on a fresh connection and ${of(heldMs)} on the one held`,
      figures,
    };
  }
  const heldText = held.length ? `+${median(held).toFixed(0)} ms on those held` : 'none held';
  return {
    potent: true,
    summary: `+${median(fresh).toFixed(0)} ms on fresh connections, ${heldText}, at ${measured.length} listeners`,
    figures,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.floor((sorted.length - 1) / 2)]! * 10) / 10;
}

/** Listeners that answered before: a service has no gRPC or no HTTPS when its listeners of that protocol never answer. */
const slowable = (mark: Mark, roundTripsMs: Readonly<Record<string, number>>): string[] =>
  mark.listeners.filter((proxy) => roundTripsMs[proxy] !== undefined);

const toxicName = ({ run, step, expiresAtMs }: World['lease'], stream: string): string =>
  `ff.${run}.${step}.${expiresAtMs}.${stream}`;

export default latency;
