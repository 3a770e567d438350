/** Which cluster a command means: the one of `--kubeconfig`, else the local one that runs under `--name`. */
import { access } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import type { OptionTable, OptionValues } from '../command.ts';
import type { ClusterAddress } from './connect.ts';

export const clusterOptions = {
  name: { type: 'string', value: 'NAME', help: 'the local cluster of this name (default: default)' },
  kubeconfig: { type: 'string', value: 'FILE', help: 'a cluster of your own instead of the local one' },
  context: { type: 'string', value: 'CONTEXT', help: 'a context of that kubeconfig (default: its current one)' },
} as const satisfies OptionTable;

export type ClusterChoice = OptionValues<typeof clusterOptions>;

export const DEFAULT_NAME = 'default';

/** The folder in which the local cluster of this name keeps its state while it runs. */
export function stateFolder(name: string): string {
  return join(tmpdir(), `faultflix-${userInfo().uid}`, name);
}

/** Refuses choices that contradict each other. */
export function checkChoice({ name, kubeconfig, context }: ClusterChoice): void {
  if (kubeconfig !== undefined && name !== undefined) {
    throw new FaultflixError('bad-input', '--name and --kubeconfig exclude each other', {
      expected: '--name NAME for a local cluster, or --kubeconfig FILE for one of your own',
      received: `--name ${name} --kubeconfig ${kubeconfig}`,
    });
  }
  if (context !== undefined && kubeconfig === undefined) {
    throw new FaultflixError('bad-input', '--context needs --kubeconfig', {
      expected: '--kubeconfig FILE --context CONTEXT',
      received: `--context ${context}`,
      todo: 'name the file too: a context of your default kubeconfig is never taken unasked',
    });
  }
  if (name !== undefined && !/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) {
    throw new FaultflixError('bad-input', 'not a name for a cluster', {
      where: '--name',
      expected: 'up to 32 small letters, digits and dashes, such as "default"',
      received: name,
    });
  }
}

/** Throws `could-not-run` when no cluster is up under the name. */
export async function locate(choice: ClusterChoice): Promise<ClusterAddress> {
  checkChoice(choice);
  if (choice.kubeconfig !== undefined) return { kubeconfig: choice.kubeconfig, context: choice.context };
  const localName = choice.name ?? DEFAULT_NAME;
  const kubeconfig = join(stateFolder(localName), 'kubeconfig');
  await access(kubeconfig).catch((cause: unknown) => {
    throw new FaultflixError('could-not-run', `no local cluster ${localName} is up`, {
      where: kubeconfig,
      expected: 'the kubeconfig of a running cluster',
      received: 'no such file',
      todo: '`npm start` starts one; `--kubeconfig FILE` takes one of your own',
      cause,
    });
  });
  return { kubeconfig, localName };
}
