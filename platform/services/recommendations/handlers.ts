import { FaultflixError } from '#base/errors.ts';
import type { RecommendationsDefinition } from '#contracts/generated/faultflix/recommendations/v1/Recommendations.ts';
import type { Handlers } from '#kit/context.ts';
import type { Metrics } from '#kit/metrics.ts';
import type { ProfileEvent } from './collections.ts';
import { type HomeRow, homeRows, popularRows } from './home.ts';
import { best } from './models/blend.ts';
import { isEventKind, type RecentEvents, titleOf } from './recents.ts';
import type { Taste } from './taste.ts';

export interface RecommendationsParts {
  readonly taste: Taste;
  readonly recent: Pick<RecentEvents, 'of' | 'add'>;
  readonly metrics: Pick<Metrics, 'counter' | 'histogram'>;
}

const limits = {
  rows: { default: 8, most: 20 },
  rowLength: { default: 20, most: 50 },
  similar: { default: 20, most: 50 },
};
const MOST_EVENTS = 100;
const MOST_ID = 200;

export function recommendationsHandlers({
  taste,
  recent,
  metrics,
}: RecommendationsParts): Handlers<RecommendationsDefinition> {
  const homes = metrics.counter({ name: 'recommendations_homes_total', help: 'Homes made', labels: ['of'] });
  const seconds = metrics.histogram({
    name: 'recommendations_scoring_seconds',
    help: 'Making of one home, the store aside',
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.05],
  });

  return {
    async home({ profile, rows, rowLength }) {
      const size = {
        rows: countOf(rows, limits.rows, 'rows'),
        rowLength: countOf(rowLength, limits.rowLength, 'row_length'),
      };
      const found = profile === '' ? { value: [] } : await recent.of(checkedId(profile, 'profile'));
      homes.inc({ of: 'out' in found ? 'store-out' : found.value.length > 0 ? 'profile' : 'everybody' });
      if ('out' in found) return { rows: wire(popularRows(taste, size)), degraded: true };
      const stop = seconds.startTimer();
      const made = homeRows(taste, found.value, size);
      stop();
      return { rows: wire(made) };
    },

    similar({ titleId, limit }) {
      const title = taste.titleOf(titleOf(checkedId(titleId, 'title_id')));
      if (title === undefined)
        throw new FaultflixError('not-found', 'no such title', { received: titleId, where: 'title_id' });
      const count = countOf(limit, limits.similar, 'limit');
      return { titleIds: taste.idsOf(best(taste.likeTitle(title), { count, without: new Set([title]) })) };
    },

    async record({ profile, events }) {
      checkedId(profile, 'profile');
      if (events.length > MOST_EVENTS)
        throw new FaultflixError('bad-input', 'too many events at once', {
          ...{ expected: `${MOST_EVENTS} at most`, received: `${events.length}`, where: 'events' },
        });
      if (events.length > 0) await recent.add(profile, events.map(eventOf));
      return {};
    },
  };
}

const wire = (rows: readonly HomeRow[]) => rows.map(({ titleIds, ...row }) => ({ ...row, titleIds: [...titleIds] }));

function eventOf(
  { id, kind, titleId, atMs }: { id: string; kind: string; titleId: string; atMs: number },
  index: number,
): ProfileEvent {
  const where = `events[${index}]`;
  if (!isEventKind(kind))
    throw new FaultflixError('bad-input', 'no such kind of event', {
      ...{ expected: 'play, finish, like or dislike', received: kind.slice(0, 100), where: `${where}.kind` },
    });
  if (!(atMs > 0))
    throw new FaultflixError('bad-input', 'an event without its time', {
      received: `${atMs}`,
      where: `${where}.at_ms`,
    });
  return { id: checkedId(id, `${where}.id`), kind, titleId: titleOf(checkedId(titleId, `${where}.title_id`)), atMs };
}

/** What the store takes as an id. */
function checkedId(id: string, where: string): string {
  if (id.length <= MOST_ID && /^[\x21-\x7e]+$/.test(id)) return id;
  throw new FaultflixError('bad-input', 'not an id', {
    ...{ expected: `1 to ${MOST_ID} printable characters without spaces`, received: id.slice(0, 100), where },
  });
}

function countOf(count: number, limit: { readonly default: number; readonly most: number }, where: string): number {
  if (count === 0) return limit.default;
  if (count > 0 && count <= limit.most) return count;
  throw new FaultflixError('bad-input', 'not a number of these', {
    ...{ expected: `1 to ${limit.most}, 0 for ${limit.default}`, received: `${count}`, where },
  });
}
