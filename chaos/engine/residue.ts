import type { Snapshot, ToxicView } from '../world/target.ts';

export interface Difference {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** A round trip is as before when it is within this of what it was, or within half of it: hosts are noisy. */
const ROUND_TRIP_SLACK_MS = 25;

/** What a fault left at its target: nothing when the pod itself is gone, whose sidecar and labels went with it. */
export function residueOf(before: Snapshot, after: Snapshot): Difference[] {
  if (!after.exists) return [];
  const labels = (snapshot: Snapshot) => Object.entries(snapshot.labels).map(([name, value]) => `${name}=${value}`);
  return [
    ...compare('toxics', before.toxics.map(toxicText), after.toxics.map(toxicText)),
    ...compare('listeners', before.listeners, after.listeners),
    ...compare('labels', labels(before), labels(after)),
    ...roundTrips(before, after),
  ];
}

function compare(what: string, before: readonly string[], after: readonly string[]): Difference[] {
  const lost = before.filter((entry) => !after.includes(entry));
  const added = after.filter((entry) => !before.includes(entry));
  return [
    ...lost.map((entry) => ({ what, before: entry, after: 'absent' })),
    ...added.map((entry) => ({ what, before: 'absent', after: entry })),
  ];
}

function roundTrips(before: Snapshot, after: Snapshot): Difference[] {
  return Object.entries(before.roundTripsMs).flatMap(([listener, beforeMs]) => {
    const what = `round trip through ${listener}`;
    const afterMs = after.roundTripsMs[listener];
    if (afterMs === undefined) return [{ what, before: `${beforeMs} ms`, after: 'no answer' }];
    if (afterMs <= beforeMs + Math.max(ROUND_TRIP_SLACK_MS, beforeMs / 2)) return [];
    return [{ what, before: `${beforeMs} ms`, after: `${afterMs} ms` }];
  });
}

function toxicText({ proxy, name, type, stream, toxicity, attributes }: ToxicView): string {
  const sorted = Object.entries(attributes)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([key, value]) => `${key}=${String(value)}`);
  return `${proxy}/${name} ${type} ${stream} ${toxicity} ${sorted.join(' ')}`.trimEnd();
}
