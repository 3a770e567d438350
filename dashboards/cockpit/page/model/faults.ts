/** The faults of a run, one row a target; before targets are chosen, one row a step of the method. Pure. */
import type { ExperimentSpec, TargetSelector } from '#chaos/engine/experiment.ts';
import type { ExperimentStatus, MarkRecord } from '#chaos/engine/journal.ts';
import { span, wholeSeconds } from './format.ts';

export interface FaultRow {
  readonly id: string;
  readonly fault: string;
  readonly target: string;
  readonly where: string;
  readonly state: 'planned' | 'injecting' | 'active' | 'recovered' | 'skipped';
  /** How long until whoever sees it heals it; what became of it once it is over. */
  readonly expiry: string;
  /** The lease ran out while the fault was still there. */
  readonly overdue: boolean;
  /** Undefined while nothing was measured. */
  readonly potent: boolean | undefined;
  readonly effect: string;
  readonly residue: 'none' | 'found' | 'unknown' | 'pending';
}

export function faultRows(
  spec: ExperimentSpec,
  status: ExperimentStatus | undefined,
  nowMs: number,
): readonly FaultRow[] {
  if (!status || status.marks.length === 0) {
    return spec.method.map(({ fault, at, duration, target }, index) => ({
      id: `step-${index}`,
      fault,
      target: selectorWords(target),
      where: target.regions?.join(', ') ?? 'everywhere',
      state: status?.phase === 'Complete' ? 'skipped' : 'planned',
      expiry: `at ${at}${duration ? ` for ${duration}` : ''}`,
      overdue: false,
      potent: undefined,
      effect: status?.phase === 'Complete' ? 'it was never injected' : '',
      residue: 'pending',
    }));
  }
  return status.marks.map((mark) => markRow(mark, status, nowMs));
}

function markRow(mark: MarkRecord, status: ExperimentStatus, nowMs: number): FaultRow {
  const potency = status.verdict?.potency.find((each) => each.mark === mark.id);
  const effects = status.effects.filter((each) => each.mark === mark.id);
  // A fault that faded before its time was not the fault that was asked for.
  const measured = potency ?? effects.find(({ potent }) => !potent) ?? effects.at(-1);
  const state = (
    {
      planned: 'planned',
      journalled: 'injecting',
      injected: 'active',
      recovered: 'recovered',
      skipped: 'skipped',
    } as const
  )[mark.state];
  const there = state === 'active' || state === 'injecting';
  const again =
    mark.readyAgainMs !== undefined && mark.injectedMs !== undefined ? mark.readyAgainMs - mark.injectedMs : undefined;
  return {
    id: mark.id,
    fault: mark.fault,
    target: mark.target.name,
    where: `${mark.target.region} · ${mark.target.node}`,
    state,
    expiry: expiryWords(mark, state, nowMs),
    overdue: there && nowMs > mark.expiresAtMs,
    potent: measured?.potent,
    effect: [measured?.summary ?? mark.error ?? '', again === undefined ? '' : `ready again after ${span(again)}`]
      .filter(Boolean)
      .join('; '),
    residue: residueOf(mark, status),
  };
}

function expiryWords(
  { dueMs, expiresAtMs, injectedMs, recoveredMs, untilMs }: MarkRecord,
  state: FaultRow['state'],
  nowMs: number,
): string {
  if (state === 'planned') return nowMs < dueMs ? `begins in ${wholeSeconds(dueMs - nowMs)}` : 'due';
  if (state === 'skipped') return 'never began';
  if (state === 'recovered') {
    const lasted = recoveredMs !== undefined && injectedMs !== undefined && untilMs !== undefined;
    return lasted ? `over after ${span(recoveredMs - injectedMs)}` : 'over';
  }
  return nowMs > expiresAtMs
    ? `expired ${wholeSeconds(nowMs - expiresAtMs)} ago`
    : `expires in ${wholeSeconds(expiresAtMs - nowMs)}`;
}

/** Clean is what was measured clean: nothing else. */
function residueOf({ id, cleanMs, state }: MarkRecord, status: ExperimentStatus): FaultRow['residue'] {
  if (status.residue.some(({ mark }) => mark === id)) return 'found';
  if (cleanMs !== undefined) return 'none';
  if (status.phase !== 'Complete') return 'pending';
  return state === 'skipped' ? 'none' : 'unknown';
}

function selectorWords({ service, count, percentage, per }: TargetSelector): string {
  const many = percentage === undefined ? `${count ?? 1}` : `${percentage} % of`;
  return `${many} ${service}${per === 'region' ? ' in each region' : ''}`;
}
