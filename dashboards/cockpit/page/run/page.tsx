import type { FeedState } from '../../feed/wire.ts';
import { currentRun } from '../model/experiments.ts';
import { runModel } from '../model/run.ts';
import { EmptyExperiments, NoSuchRun } from '../parts/states.tsx';
import { EventsCard } from './events-card.tsx';
import { ExpectationsCard } from './expectations-card.tsx';
import { FaultsCard } from './faults-card.tsx';
import { PhaseCard } from './phase-card.tsx';
import { PlatformCard } from './platform-card.tsx';
import { ResidueCard } from './residue-card.tsx';
import { VerdictCard } from './verdict-card.tsx';
import { ViewersCard } from './viewers-card.tsx';

export interface RunPageProps {
  readonly state: FeedState;
  readonly nowMs: number;
  /** The current run when undefined. */
  readonly name: string | undefined;
}

/** One run: everything that an operator looks at while it goes on, and what it came to. */
export function RunPage({ state, nowMs, name }: RunPageProps) {
  const runs = Object.values(state.runs);
  const run = name === undefined ? currentRun(state) : runs.find((each) => each.name === name);
  if (!run) return name === undefined ? <EmptyExperiments /> : <NoSuchRun name={name} />;
  const model = runModel(run, state.samples[run.uid] ?? [], nowMs);
  return (
    <div className="ff-run" data-state={model.stage} data-run-outcome={model.verdict?.outcome}>
      <div className="ff-column">
        <PhaseCard model={model} />
        <VerdictCard model={model} />
      </div>
      <ViewersCard viewers={model.viewers} stage={model.stage} />
      <FaultsCard faults={model.faults} />
      <ExpectationsCard expectations={model.expectations} />
      <PlatformCard state={state} />
      <ResidueCard residue={model.residue} />
      <EventsCard events={model.events} />
    </div>
  );
}
