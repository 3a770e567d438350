/** Whom a run hit, in words that another cluster with the same seed must repeat: names of pods differ, their order does not. */
import type { ExperimentStatus } from '#chaos/engine/journal.ts';

export interface Victim {
  readonly fault: string;
  readonly service: string;
  readonly region: string;
  /** Its place among the candidates of its step in its namespace, by name. */
  readonly ordinal: number;
  readonly of: number;
}

export function victimsOf({ marks, spared }: ExperimentStatus): readonly Victim[] {
  return marks.map(({ step, fault, target }) => {
    const here = `${target.namespace}/`;
    const others = spared.filter((each) => each.step === step && each.pod.startsWith(here)).map(({ pod }) => pod);
    const hit = marks.filter((each) => each.step === step && each.target.namespace === target.namespace);
    const names = [...others, ...hit.map((each) => here + each.target.name)].sort((a, b) => a.localeCompare(b));
    const ordinal = names.indexOf(here + target.name);
    return { fault, service: target.service, region: target.region, ordinal, of: names.length };
  });
}
