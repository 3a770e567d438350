/**
 * A subscription's life:
 *
 *     none ── subscribe ──► pending ── paid ──► active ◄── paid ── past-due
 *       ▲                      │                 │  └── refused ──►┘   │
 *       └────── refused ───────┘              cancel               given-up, cancel
 *                                                ▼                     ▼
 *                             ended ◄─ over ─ cancelled              ended ── subscribe ──► pending
 */
export const states = ['none', 'pending', 'active', 'past-due', 'cancelled', 'ended'] as const;
export type State = (typeof states)[number];

export const happenings = ['subscribe', 'paid', 'refused', 'given-up', 'cancel', 'resume', 'over'] as const;
/**
 * `paid`, `refused`: what the open bill came to. `given-up`: dunning is over. `cancel`, `resume`: the viewer's wishes.
 * `over`: the last period that is paid for has ended.
 */
export type Happening = (typeof happenings)[number];

const table: Readonly<Record<State, Partial<Record<Happening, State>>>> = {
  none: { subscribe: 'pending', cancel: 'none' },
  // The wish to cancel waits until it is known whether there is anything to cancel.
  pending: { paid: 'active', refused: 'none', cancel: 'pending' },
  active: { paid: 'active', refused: 'past-due', cancel: 'cancelled', resume: 'active' },
  'past-due': { paid: 'active', refused: 'past-due', 'given-up': 'ended', cancel: 'ended' },
  // A renewal that was on its way when it was cancelled may still be paid, or refused.
  cancelled: { paid: 'cancelled', refused: 'ended', cancel: 'cancelled', resume: 'active', over: 'ended' },
  ended: { subscribe: 'pending', cancel: 'ended' },
};

/** The next state; undefined when this cannot happen in this one. */
export const next = (state: State, happening: Happening): State | undefined => table[state][happening];

/** Whether the plan that is paid for may be watched. While a renewal is tried again it may. */
export const entitled = (state: State): boolean => state === 'active' || state === 'past-due' || state === 'cancelled';
