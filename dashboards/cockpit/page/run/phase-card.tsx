import { Label } from '@patternfly/react-core';
import { wholeSeconds } from '../model/format.ts';
import type { PhaseStep } from '../model/phases.ts';
import type { RunModel } from '../model/run.ts';
import { Figures } from '../parts/figures.tsx';
import { OutcomeLabel } from '../parts/outcome-label.tsx';
import { Panel } from '../parts/panel.tsx';

/** What runs, and where it is. */
export function PhaseCard({ model }: { readonly model: RunModel }) {
  const { name, title, facts, steps, stage, verdict, abort } = model;
  return (
    <Panel
      id="phase"
      title={name}
      aside={
        verdict && stage === 'complete' ? <OutcomeLabel outcome={verdict.outcome} /> : <StageLabel stage={stage} />
      }
    >
      <p className="ff-title">{title}</p>
      <ol className="ff-steps" aria-label="Phases">
        {steps.map((step) => (
          <Step key={step.name} step={step} />
        ))}
      </ol>
      {stage === 'waiting' ? <p className="ff-note">No controller has taken it up yet.</p> : null}
      {abort === undefined ? null : <p className="ff-note ff-bad">Ends early: {abort}</p>}
      <Figures figures={facts} />
    </Panel>
  );
}

function StageLabel({ stage }: { readonly stage: RunModel['stage'] }) {
  return (
    <Label isCompact color={stage === 'running' ? 'blue' : 'grey'} variant="outline">
      {stage === 'running' ? 'Running' : stage === 'waiting' ? 'Waiting' : 'Complete'}
    </Label>
  );
}

function Step({ step: { name, state, elapsedMs, plannedMs } }: { readonly step: PhaseStep }) {
  const planned = plannedMs === undefined ? '' : `${name === 'Recover' ? 'at most ' : ''}${wholeSeconds(plannedMs)}`;
  const share = plannedMs && elapsedMs !== undefined ? Math.min(1, elapsedMs / plannedMs) : 0;
  const time =
    state === 'current' && planned
      ? `${wholeSeconds(elapsedMs)} of ${planned}`
      : state === 'todo'
        ? planned || 'to come'
        : state === 'skipped'
          ? 'skipped'
          : wholeSeconds(elapsedMs);
  return (
    <li className={`ff-step ff-step-${state}`} aria-current={state === 'current' ? 'step' : undefined}>
      <span className="ff-step-name">{name}</span>
      <span className="ff-step-time">{time}</span>
      <progress max={1} value={state === 'done' ? 1 : state === 'current' ? share : 0} aria-hidden />
    </li>
  );
}
