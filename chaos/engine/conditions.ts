import type { Condition, ExperimentStatus } from './journal.ts';

/** The journal in the form that `kubectl wait --for=condition=…` and dashboards read. */
export function conditionsOf(status: ExperimentStatus, nowMs: number): Condition[] {
  const { phase, marks, recovery, verdict, doubts } = status;
  const refused = verdict?.outcome === 'bad-input';
  const injected = marks.some(({ injectedMs }) => injectedMs !== undefined);
  const found: [Condition['type'], boolean | undefined, string, string][] = [
    [
      'Accepted',
      refused ? false : phase === 'Pending' ? undefined : true,
      refused ? 'BadInput' : 'Accepted',
      verdict?.reasons[0] ?? '',
    ],
    [
      'Steady',
      marks.length > 0 ? true : doubts ? false : undefined,
      doubts ? 'Doubts' : 'Steady',
      doubts?.join('; ') ?? '',
    ],
    ['Injected', injected ? true : undefined, 'Injected', `${marks.length} marks`],
    ['Recovered', recovery?.well, recovery?.well === false ? 'NotWell' : 'Well', recovery?.missing.join('; ') ?? ''],
    [
      'Complete',
      phase === 'Complete' ? true : undefined,
      verdict?.outcome ?? 'Complete',
      verdict?.reasons.join('; ') ?? '',
    ],
  ];
  return found.flatMap(([type, is, reason, message]) => {
    if (is === undefined) return [];
    const value = is ? 'True' : 'False';
    const known = status.conditions.find((condition) => condition.type === type && condition.status === value);
    const lastTransitionTime = known?.lastTransitionTime ?? new Date(nowMs).toISOString();
    return [
      { type, status: value, reason: reason.replaceAll('-', ''), message: message.slice(0, 1_000), lastTransitionTime },
    ];
  });
}
