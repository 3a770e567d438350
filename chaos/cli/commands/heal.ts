/** Takes back every fault that any run left in the network, through the wardens, whatever became of the controller. */
import { FaultflixError, messageOf } from '#base/errors.ts';
import { clusterOptions } from '../cluster/locate.ts';
import { onCluster } from '../cluster/on-cluster.ts';
import { type Warden, wardensOf } from '../cluster/wardens.ts';
import { command } from '../command.ts';
import type { Output } from '../terminal/output.ts';

export default command({
  summary: 'Remove every toxic that any run left on any pod, through the wardens.',
  options: { ...clusterOptions },
  examples: [{ line: 'faultflix heal', does: 'on the local cluster; says what was removed' }],
  async run({ options, out }) {
    return onCluster(options, async (cluster) => {
      const wardens = await wardensOf(cluster);
      const each = await Promise.all(wardens.map((warden) => healNode(warden, out)));
      const removed = each.reduce((sum, node) => sum + node.removed, 0);
      const failures = each.flatMap((node) => node.failures);
      out.emit({ type: 'healed', nodes: wardens.length, removed, failures });
      if (failures.length > 0) {
        throw new FaultflixError('residue', 'not everything could be taken back and checked', {
          expected: 'every pod of every node without a toxic of a fault',
          received: failures.join('\n'),
          todo: 'run it again; a warden removes what has expired by itself',
        });
      }
      out.print(`${removed === 0 ? 'nothing to remove' : `${removed} removed`} on ${wardens.length} nodes`);
      return 0;
    });
  },
});

async function healNode(warden: Warden, out: Output): Promise<{ removed: number; failures: readonly string[] }> {
  let removed = 0;
  try {
    const found = await warden.toxics();
    for (const toxic of found.toxics) {
      await warden.remove(toxic);
      removed++;
      out.print(`removed ${toxic.name} from ${toxic.proxy} of ${toxic.pod} on ${warden.node}`);
      out.emit({ type: 'removed', node: warden.node, ...toxic });
    }
    // What counts is what is there afterwards, not that the calls succeeded.
    const { toxics, unknown } = removed === 0 ? found : await warden.toxics();
    return {
      removed,
      failures: [
        ...toxics.map(({ pod, name }) => `${warden.node}: ${name} is still on ${pod}`),
        ...unknown.map((pod) => `${warden.node}: the sidecar of ${pod} does not answer`),
      ],
    };
  } catch (thrown) {
    return { removed, failures: [`${warden.node}: ${messageOf(thrown)}`] };
  }
}
