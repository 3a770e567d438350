/** A command's work on a cluster that is up and ours. */

import { type Cluster, connect } from './connect.ts';
import { type ClusterChoice, locate } from './locate.ts';
import { assertOurs } from './ours.ts';

export async function onCluster<T>(choice: ClusterChoice, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const cluster = await connect(await locate(choice));
  try {
    await assertOurs(cluster);
    return await work(cluster);
  } finally {
    cluster.close();
  }
}
