/** Files that are no good scenario, each for one reason. */
import { readFileSync } from 'node:fs';
import { scenario } from './cli.ts';

const good = readFileSync(scenario('short'), 'utf8');

/** The good file with one thing exchanged; throws when that thing is not in it, since the case would test nothing. */
function spoiled(what: string, by: string): string {
  if (!good.includes(what)) throw new Error(`${what} is not in the scenario`);
  return good.replace(what, by);
}

export interface BadInput {
  readonly what: string;
  readonly text: string;
  /** What the error must name besides the file: the path in it. */
  readonly path?: string;
}

export const badInputs: readonly BadInput[] = [
  { what: 'an unknown field', text: spoiled('baseline: 10s', 'base-line: 10s'), path: 'spec.base-line' },
  { what: 'a wrong unit', text: spoiled('duration: 8s', 'duration: 8 parsecs'), path: 'spec.method[1].duration' },
  {
    what: 'a number without a unit',
    text: spoiled('latency: 300ms', 'latency: 300'),
    path: 'spec.method[1].with.latency',
  },
  { what: 'a negative duration', text: spoiled('baseline: 10s', 'baseline: -10s'), path: 'spec.baseline' },
  {
    what: 'a selector that matches nothing',
    text: spoiled('service: catalog', 'service: catalogue'),
    path: 'spec.method[1].target.service',
  },
  {
    what: 'a region where the service is not',
    text: spoiled('us-west-2]', 'ap-south-1]'),
    path: 'spec.method[0].target.regions',
  },
  {
    what: 'a fault kind that does not exist',
    text: spoiled('fault: pod-kill', 'fault: pod-hug'),
    path: 'spec.method[0].fault',
  },
  {
    what: 'a measure that does not exist',
    text: spoiled('viewer-errors', 'viewer-joy'),
    path: 'spec.steadyState[0].measure',
  },
  {
    what: 'another namespace',
    text: spoiled('name: short', 'name: short, namespace: kube-system'),
    path: 'metadata.namespace',
  },
  { what: 'another kind of object', text: spoiled('kind: Experiment', 'kind: Deployment'), path: 'kind' },
  { what: 'two documents', text: `${good}---\n${good}` },
  { what: 'not YAML at all', text: 'a: [b\n  c: }' },
  { what: 'a picture', text: '\u0089PNG\r\n\u001a\n\u0000\u0000' },
  { what: 'a list', text: '- a\n- b\n' },
  { what: 'nothing', text: '' },
  { what: '5 MB of it', text: `${good}${'# and so on\n'.repeat(450_000)}` },
];
