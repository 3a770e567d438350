import { Label } from '@patternfly/react-core';
import { wholeSeconds } from '../model/format.ts';
import type { Health } from '../model/health.ts';

const looks = {
  loading: { color: 'grey', word: 'Loading' },
  live: { color: 'blue', word: 'Live' },
  stale: { color: 'yellow', word: 'Stale' },
  error: { color: 'red', word: 'Away' },
} as const;

/** Whether what the page shows is true now: in the corner of every page. */
export function HealthLabel({ health }: { readonly health: Health }) {
  const { color, word } = looks[health.kind];
  const age = 'ageMs' in health && health.ageMs !== undefined ? ` ${wholeSeconds(health.ageMs)}` : '';
  return (
    <Label data-health={health.kind} color={color} variant="outline" isCompact className="ff-health">
      <span className={`ff-dot ff-dot-${health.kind}`} aria-hidden /> {word}
      {age}
    </Label>
  );
}
