/**
 * What counts as the effect of a network fault on one connection. Pure: each judge gets what was planned, transfers
 * through the disturbed way, and transfers through an undisturbed one of the same kind, measured in the same minutes on
 * the same machine. A busy machine makes any transfer slower and none faster. So what a fault delays is held from below
 * on every transfer and from above on the quickest one, and the undisturbed ones must be clearly quicker: where they are
 * not, nothing is proved.
 */

/** One attempt to move bytes over a connection, as its receiver saw it. Times in ms since the first byte was written. */
export interface Transfer {
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Arrival of the first and the last byte; undefined when none came. */
  readonly firstMs?: number;
  readonly lastMs?: number;
  /** How often bytes were there to be read. */
  readonly reads: number;
  /** How it stood at the end: still open, ended in good order, reset, or never made. */
  readonly end: 'open' | 'ended' | 'reset' | 'refused';
  /** When the receiver saw the end. */
  readonly endMs?: number;
  /** When the sender, having sent all, ended its side; undefined when it did not. */
  readonly closedMs?: number;
}

export interface Compared {
  readonly disturbed: readonly Transfer[];
  readonly undisturbed: readonly Transfer[];
}

/** `why` says what was seen, with figures, whether or not the effect is there. */
export interface Judged {
  readonly potent: boolean;
  readonly why: string;
}

/** A twentieth is allowed below: timers of two clocks. Above three times, for a busy machine can double a wait. */
const LEAST = 0.95;
const MOST = 3;

/** The first byte comes `latencyMs` ± `jitterMs` late; with a jitter, one of them at least earlier than `latencyMs`. */
export function delayed(plan: { latencyMs: number; jitterMs?: number }, { disturbed, undisturbed }: Compared): Judged {
  const { latencyMs, jitterMs = 0 } = plan;
  const first = ({ firstMs }: Transfer) => firstMs;
  const bounds = { leastMs: latencyMs - jitterMs, mostMs: latencyMs + jitterMs };
  const judged = later('first byte', bounds, {
    disturbed: times(disturbed, first),
    undisturbed: times(undisturbed, first),
  });
  if (!judged.potent || jitterMs === 0) return judged;
  // A machine can delay a byte and never hurry it: an early one proves the jitter, a late one proves nothing.
  const earliestMs = Math.min(...times(disturbed, first).flatMap((ms) => ms ?? []));
  const early = earliestMs < latencyMs - jitterMs / 8;
  return early
    ? judged
    : { potent: false, why: `${judged.why}; none earlier than the latency less an eighth of its jitter` };
}

/** The end comes `delayMs` after the sender's. */
export function closedLate({ delayMs }: { delayMs: number }, { disturbed, undisturbed }: Compared): Judged {
  const wait = ({ end, endMs, closedMs }: Transfer) =>
    end === 'ended' && endMs !== undefined && closedMs !== undefined ? endMs - closedMs : undefined;
  const bounds = { leastMs: delayMs, mostMs: delayMs };
  return later('end', bounds, { disturbed: times(disturbed, wait), undisturbed: times(undisturbed, wait) });
}

/** All bytes come, in the time that `bytesPerMs` allows. */
export function throttled({ bytesPerMs }: { bytesPerMs: number }, { disturbed, undisturbed }: Compared): Judged {
  const whole = ({ sentBytes, receivedBytes, lastMs }: Transfer) => (receivedBytes === sentBytes ? lastMs : undefined);
  const plannedMs = Math.max(...disturbed.map(({ sentBytes }) => sentBytes)) / bytesPerMs;
  const bounds = { leastMs: plannedMs, mostMs: plannedMs };
  return later('last byte', bounds, { disturbed: times(disturbed, whole), undisturbed: times(undisturbed, whole) });
}

/** All bytes come, in slices of `sliceBytes` at most with `gapMs` between them: seen in several reads, and in no less time. */
export function sliced(plan: { sliceBytes: number; gapMs: number }, { disturbed, undisturbed }: Compared): Judged {
  const { sliceBytes, gapMs } = plan;
  const slices = Math.min(...disturbed.map(({ sentBytes }) => Math.ceil(sentBytes / sliceBytes)));
  const spread = ({ sentBytes, receivedBytes, firstMs, lastMs }: Transfer) =>
    receivedBytes === sentBytes && firstMs !== undefined && lastMs !== undefined ? lastMs - firstMs : undefined;
  // How late a timer of a gap comes is the machine's; it adds up over the slices, so there is no bound above.
  const bounds = { leastMs: (slices - 1) * gapMs, mostMs: Number.POSITIVE_INFINITY };
  const judged = later('bytes apart', bounds, {
    disturbed: times(disturbed, spread),
    undisturbed: times(undisturbed, spread),
  });
  const fewest = Math.min(...disturbed.map(({ reads }) => reads));
  if (judged.potent && fewest < 3) return { potent: false, why: `${judged.why}; read at ${fewest} times only` };
  return judged;
}

/** Exactly `bytes` come, then the end, though more was sent; undisturbed all come. */
export function cut({ bytes }: { bytes: number }, { disturbed, undisturbed }: Compared): Judged {
  return each(
    disturbed,
    undisturbed,
    (t) => t.sentBytes > bytes && t.receivedBytes === bytes && t.end === 'ended',
    arrived,
  );
}

/** Nothing comes; the connection ends after `timeoutMs`, or with 0 stays open for as long as was waited. */
export function starved({ timeoutMs }: { timeoutMs: number }, { disturbed, undisturbed }: Compared): Judged {
  const ends = ({ end, endMs }: Transfer) =>
    timeoutMs === 0 ? end === 'open' : end === 'ended' && endMs !== undefined && endMs >= LEAST * timeoutMs;
  return each(disturbed, undisturbed, (t) => t.receivedBytes === 0 && ends(t), arrived);
}

/**
 * Nothing comes, and the connection ends `timeoutMs` after the first byte was sent: by a reset where `by` says so, and
 * in good order where it says `end`.
 */
export function broken(plan: { timeoutMs: number; by: 'reset' | 'end' }, { disturbed, undisturbed }: Compared): Judged {
  const end = plan.by === 'reset' ? 'reset' : 'ended';
  return each(
    disturbed,
    undisturbed,
    (t) => t.receivedBytes === 0 && t.end === end && (t.endMs ?? 0) >= LEAST * plan.timeoutMs,
    arrived,
  );
}

/** No connection comes about. */
export const refused = ({ disturbed, undisturbed }: Compared): Judged =>
  each(disturbed, undisturbed, ({ end }) => end === 'refused', arrived);

/** A connection that stood is ended, whether in good order or not. */
export const dropped = ({ disturbed, undisturbed }: Compared): Judged =>
  each(
    disturbed,
    undisturbed,
    ({ end }) => end === 'ended' || end === 'reset',
    ({ end }) => end === 'open',
  );

const arrived = ({ sentBytes, receivedBytes, end }: Transfer): boolean =>
  receivedBytes === sentBytes && end !== 'reset' && end !== 'refused';

const times = (transfers: readonly Transfer[], of: (transfer: Transfer) => number | undefined) => transfers.map(of);

interface Times {
  readonly disturbed: readonly (number | undefined)[];
  readonly undisturbed: readonly (number | undefined)[];
}

function later(what: string, { leastMs, mostMs }: { leastMs: number; mostMs: number }, all: Times): Judged {
  const [late, usual] = [all.disturbed, all.undisturbed].map((list) => list.flatMap((ms) => ms ?? []));
  const said = `${what} after ${range(late!)}, undisturbed after ${range(usual!)}, planned ${planned(leastMs, mostMs)}`;
  if (all.disturbed.length === 0 || all.undisturbed.length === 0) return { potent: false, why: 'nothing was measured' };
  if (late!.length < all.disturbed.length) return { potent: false, why: `${said}; some never came` };
  if (usual!.length < all.undisturbed.length) return { potent: false, why: `${said}; undisturbed some never came` };
  const [quickestMs, usualMs] = [Math.min(...late!), Math.max(...usual!)];
  if (quickestMs < LEAST * leastMs) return { potent: false, why: `${said}; too soon` };
  if (quickestMs > MOST * mostMs + usualMs) return { potent: false, why: `${said}; too late` };
  if (Math.min(...usual!) > quickestMs / 2) return { potent: false, why: `${said}; undisturbed is no quicker` };
  return { potent: true, why: said };
}

function each(
  disturbed: readonly Transfer[],
  undisturbed: readonly Transfer[],
  fits: (transfer: Transfer) => boolean,
  usual: (transfer: Transfer) => boolean,
): Judged {
  if (disturbed.length === 0 || undisturbed.length === 0) return { potent: false, why: 'nothing was measured' };
  const odd = disturbed.find((transfer) => !fits(transfer)) ?? undisturbed.find((transfer) => !usual(transfer));
  if (odd) return { potent: false, why: `${undisturbed.includes(odd) ? 'undisturbed: ' : ''}${text(odd)}` };
  return { potent: true, why: text(disturbed[0]!) };
}

const planned = (leastMs: number, mostMs: number): string =>
  leastMs === mostMs ? `${Math.round(leastMs)} ms` : `${Math.round(leastMs)} ms at least`;

const range = (ms: readonly number[]): string =>
  ms.length === 0 ? 'no time' : `${Math.min(...ms).toFixed(1)} to ${Math.max(...ms).toFixed(1)} ms`;

const text = ({ sentBytes, receivedBytes, end, endMs }: Transfer): string =>
  `${receivedBytes} of ${sentBytes} bytes came, then ${end}${endMs === undefined ? '' : ` after ${endMs.toFixed(1)} ms`}`;
