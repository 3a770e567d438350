/** The command line that does a run again. */
import type { Scenario } from './scenario.ts';

export interface RepeatOptions {
  /** `npm start --`, or `npm run faultflix -- run`. */
  readonly begin: string;
  readonly scenario: Scenario;
  /** The file as an option or an argument. */
  readonly file: string;
  readonly cluster: {
    readonly name?: string | undefined;
    readonly kubeconfig?: string | undefined;
    readonly context?: string | undefined;
    readonly cluster?: string | undefined;
    readonly 'node-count'?: string | undefined;
    readonly registry?: string | undefined;
    readonly 'regions-as-namespaces'?: boolean | undefined;
  };
}

export function repeatLine({ begin, scenario, file, cluster }: RepeatOptions): string {
  const { spec } = scenario.experiment;
  const words = [begin, file, `--seed ${spec.seed}`];
  if (spec.load) words.push(`--viewers ${spec.load.viewers}`);
  for (const key of ['cluster', 'node-count', 'name', 'kubeconfig', 'context', 'registry'] as const) {
    if (cluster[key] !== undefined) words.push(`--${key} ${quoted(cluster[key])}`);
  }
  if (cluster['regions-as-namespaces']) words.push('--regions-as-namespaces');
  return words.join(' ');
}

export const quoted = (word: string): string =>
  /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
