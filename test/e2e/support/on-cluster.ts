/** The commands on the cluster of `KUBECONFIG`, and what faults left on it. */
import { after, before } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { type Cluster, connect } from '#chaos/cli/cluster/connect.ts';
import { wardensOf } from '#chaos/cli/cluster/wardens.ts';
import { type CliEvent, type Ended, folder, type Running, start } from './cli.ts';

export interface OnCluster {
  /** Known once the tests run. */
  readonly cluster: () => Cluster;
  /** The folder in which the commands run. */
  readonly cwd: string;
  start(...argv: string[]): Running;
  run(...argv: string[]): Promise<Ended>;
  /** What faults left, asked of every warden. */
  toxics(): Promise<readonly unknown[]>;
}

/** For the tests of one file. */
export async function onCluster(): Promise<OnCluster> {
  const { KUBECONFIG: kubeconfig } = process.env;
  if (!kubeconfig)
    throw new FaultflixError('could-not-run', 'these tests need a cluster', {
      expected: 'KUBECONFIG',
      todo: 'npm test -- commands e2e starts one',
    });
  const cwd = await folder();
  let cluster: Cluster;
  before(async () => {
    cluster = await connect({ kubeconfig });
  });
  after(async () => {
    cluster.close();
    await cwd[Symbol.asyncDispose]();
  });
  const begin = (...argv: string[]) => start([...argv, '--kubeconfig', kubeconfig], cwd.path);
  return {
    cluster: () => cluster,
    cwd: cwd.path,
    start: begin,
    run: (...argv) => begin(...argv).ended,
    async toxics() {
      const each = await Promise.all((await wardensOf(cluster)).map((warden) => warden.toxics()));
      return each.flatMap(({ toxics: left, unknown }) => [...left, ...unknown]);
    },
  };
}

export const verdictOf = (events: readonly CliEvent[]) => events.find(({ type }) => type === 'verdict');
