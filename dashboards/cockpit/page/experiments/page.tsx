import type { FeedState } from '../../feed/wire.ts';
import { experimentRows } from '../model/experiments.ts';
import { EmptyExperiments } from '../parts/states.tsx';
import { ExperimentsCard } from './experiments-card.tsx';

/** Every Experiment of the cluster. */
export function ExperimentsPage({ state, nowMs }: { readonly state: FeedState; readonly nowMs: number }) {
  const rows = experimentRows(state, nowMs);
  return rows.length === 0 ? <EmptyExperiments /> : <ExperimentsCard rows={rows} />;
}
