import { backoffMs } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import { faultKinds } from '../../faults/registry.ts';
import { both, eventChange, markChange, markOf, type RunContext } from '../context.ts';
import type { MarkRecord } from '../journal.ts';
import type { RunEvent } from '../phase.ts';

const RETRY = { firstMs: 100, maxMs: 1_000 };
/** The effect of a lasting fault is measured at its begin and then this often, or four times at least. */
const SAMPLE_EVERY_MS = 5_000;
const READY_TIMEOUT_MS = 600_000;

export async function watchTimeline(context: RunContext, id: string): Promise<void> {
  const { ports, signal } = context;
  const { dueMs, untilMs } = markOf(context, id);
  const waitMs = dueMs - ports.clock.now();
  if (waitMs > 0) await ports.clock.sleep(waitMs, signal);
  if (untilMs !== undefined && ports.clock.now() >= untilMs) return failed(context, id, 'its time had passed');
  context.emit({ type: 'due', mark: id });
}

/** Snapshot before the fault, then the journal: only what is durable there is injected. */
export async function journalMark(context: RunContext, id: string): Promise<void> {
  const { ports } = context;
  const record = markOf(context, id);
  try {
    const before = await ports.cluster.snapshot(record.target, timedListeners(record));
    if (!before.exists) return failed(context, id, 'the target was gone before the fault');
    const journalledMs = ports.clock.now();
    context.emit({ type: 'journalled', mark: id }, markChange(id, { before, journalledMs }));
  } catch (error) {
    failed(context, id, `the target could not be measured before the fault: ${messageOf(error)}`);
  }
}

export async function injectMark(context: RunContext, id: string): Promise<void> {
  await context.serial(id, async () => {
    const { ports, run, state, signal } = context;
    // Stopped in the meantime: what was not begun is not begun any more.
    if (signal.aborted || state.phase !== 'Inject' || state.marks[id] !== 'journalled') return;
    const record = markOf(context, id);
    const kind = faultKinds.get(record.fault)!;
    const injectedMs = ports.clock.now();
    try {
      await kind.inject(record.mark, ports.world(run, record));
    } catch (error) {
      return failed(context, id, messageOf(error));
    }
    const change = both(
      markChange(id, { injectedMs }),
      eventChange(injectedMs, 'injected', `${record.fault} on ${record.target.namespace}/${record.target.name}`),
    );
    context.emit({ type: 'injected', mark: id }, change);
  });
}

/** The mark of a predecessor that may or may not have been injected: its effect says which. It is never injected again. */
export async function reconcileMark(context: RunContext, id: string): Promise<void> {
  const { ports } = context;
  const record = markOf(context, id);
  const effect = await measured(context, record);
  if (!effect.potent) {
    return failed(
      context,
      id,
      `the controller was lost while it injected, and nothing shows an effect: ${effect.summary}`,
    );
  }
  const injectedMs = record.journalledMs ?? ports.clock.now();
  context.emit({ type: 'injected', mark: id }, markChange(id, { injectedMs }));
}

/** Measures potency: once for what is over at once, else at its begin and over its whole time. Then it is over. */
export async function measureMark(context: RunContext, id: string): Promise<void> {
  const { ports, signal } = context;
  const record = markOf(context, id);
  const { untilMs } = record;
  void watchReady(context, record);
  if (untilMs === undefined && context.status.effects.some(({ mark }) => mark === id)) {
    return context.emit({ type: 'over', mark: id });
  }
  for (;;) {
    const startedMs = ports.clock.now();
    const effect = await measured(context, record);
    const nowMs = ports.clock.now();
    if (signal.aborted || context.state.marks[id] !== 'injected') return;
    // A measurement that ran into the planned end says nothing about the time before.
    if (untilMs === undefined || nowMs < untilMs || !context.status.effects.some(({ mark }) => mark === id)) {
      context.note((now) => ({ ...now, effects: [...now.effects, { mark: id, atMs: nowMs, ...effect }] }));
    }
    if (untilMs === undefined) return context.emit({ type: 'over', mark: id });
    const tookMs = nowMs - startedMs;
    const everyMs = Math.min(SAMPLE_EVERY_MS, (untilMs - (record.injectedMs ?? nowMs)) / 4);
    const nextMs = nowMs + everyMs;
    if (nextMs + 2 * tookMs + 200 >= untilMs) break;
    await ports.clock.sleep(nextMs - nowMs, signal);
    if (context.state.marks[id] !== 'injected') return;
  }
  const leftMs = untilMs - ports.clock.now();
  if (leftMs > 0) await ports.clock.sleep(leftMs, signal);
  context.emit({ type: 'over', mark: id });
}

export const timedListeners = ({ fault, mark }: MarkRecord): readonly string[] =>
  faultKinds.get(fault)?.timed?.(mark) ?? [];

async function measured({ ports, run }: RunContext, record: MarkRecord) {
  try {
    return await faultKinds.get(record.fault)!.effect(record.mark, ports.world(run, record));
  } catch (error) {
    return { potent: false, summary: `it could not be measured: ${messageOf(error)}`, figures: {} };
  }
}

/** Undoes a mark, again and again until it succeeds or the run ends; the warden heals what nobody reaches. */
export async function recoverMark(context: RunContext, id: string): Promise<void> {
  const { ports, run, signal } = context;
  const record = markOf(context, id);
  const kind = faultKinds.get(record.fault)!;
  for (let attempt = 0; !signal.aborted && context.state.phase !== 'Complete'; attempt++) {
    try {
      await context.serial(id, async () => {
        // Without a snapshot nothing was ever injected.
        if (markOf(context, id).before) await kind.recover(record.mark, ports.world(run, markOf(context, id)));
      });
      const recoveredMs = ports.clock.now();
      return context.emit({ type: 'recovered', mark: id }, markChange(id, { recoveredMs }));
    } catch (error) {
      context.note(eventChange(ports.clock.now(), 'recover-failed', `${id}: ${messageOf(error)}`));
      await ports.clock.sleep(backoffMs(attempt, RETRY), signal);
    }
  }
}

/** Notes when the target's service has as many Ready pods as before: the time that its replacement took. */
export async function watchReady(context: RunContext, record: MarkRecord): Promise<void> {
  const { ports, signal } = context;
  if (markOf(context, record.id).readyAgainMs !== undefined || !record.before) return;
  // A target that was never hit is still one of the ready.
  const endsPod = faultKinds.get(record.fault)?.endsPod === true && markOf(context, record.id).injectedMs !== undefined;
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(READY_TIMEOUT_MS)]);
  try {
    await ports.cluster.readyAgain(record.target, {
      count: record.before.readyPods,
      ...(endsPod ? { except: record.target.uid } : {}),
      signal: bounded,
    });
  } catch (error) {
    if (!bounded.aborted) context.note(eventChange(ports.clock.now(), 'trouble', messageOf(error)));
    return;
  }
  const readyAgainMs = ports.clock.now();
  context.note((now) => {
    const known = now.marks.find(({ id }) => id === record.id)?.readyAgainMs;
    return known === undefined ? markChange(record.id, { readyAgainMs })(now) : now;
  });
}

function failed(context: RunContext, id: string, error: string): void {
  const event: RunEvent = { type: 'failed', mark: id };
  context.emit(
    event,
    both(markChange(id, { error }), eventChange(context.ports.clock.now(), 'failed', `${id}: ${error}`)),
  );
}
