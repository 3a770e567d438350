/** Takes back every fault that any run left in the network, through the wardens, whatever became of the controller. */
import { FaultflixError, messageOf } from '#base/errors.ts';
import { clusterOptions } from '../cluster/locate.ts';
import { onCluster } from '../cluster/on-cluster.ts';
import { wardensOf } from '../cluster/wardens.ts';
import { command } from '../command.ts';

export default command({
  summary: 'Remove every toxic that any run left on any pod, through the wardens.',
  options: { ...clusterOptions },
  examples: [{ line: 'faultflix heal', does: 'on the local cluster; says what was removed' }],
  async run({ options, out }) {
    return onCluster(options, async ({ http }) => {
      const wardens = await wardensOf(http);
      const failures: string[] = [];
      let removed = 0;
      for (const warden of wardens) {
        try {
          for (const toxic of await warden.toxics()) {
            await warden.remove(toxic);
            removed++;
            out.print(`removed ${toxic.name} from ${toxic.proxy} of pod ${toxic.podUid} on ${warden.node}`);
            out.emit({ type: 'removed', node: warden.node, ...toxic });
          }
          const left = await warden.toxics();
          if (left.length > 0) failures.push(`${warden.node}: ${left.map(({ name }) => name).join(', ')} still there`);
        } catch (thrown) {
          failures.push(`${warden.node}: ${messageOf(thrown)}`);
        }
      }
      out.emit({ type: 'healed', nodes: wardens.length, removed, failures });
      if (failures.length > 0) {
        throw new FaultflixError('residue', 'not everything could be taken back', {
          received: failures.join('\n'),
          todo: 'run it again; a warden removes what has expired by itself',
        });
      }
      out.print(`${removed === 0 ? 'nothing to remove' : `${removed} removed`} on ${wardens.length} nodes`);
      return 0;
    });
  },
});
