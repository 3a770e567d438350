import { readFileSync, writeFileSync } from 'node:fs';
import { FaultflixError, messageOf } from '#base/errors.ts';

/** Of this network namespace alone, since Linux 5.3. */
const FOLDER = '/proc/sys/net/bridge';

/**
 * Two pods of one node speak over their bridge, below IP: the kernel shows the ruleset such packets only when told to.
 * Without it half of the walls would be missing, so that is an error.
 */
export function showBridged(folder = FOLDER): void {
  for (const name of ['bridge-nf-call-iptables', 'bridge-nf-call-ip6tables']) {
    const file = `${folder}/${name}`;
    try {
      writeFileSync(file, '1');
      if (readFileSync(file, 'utf8').trim() === '1') continue;
    } catch (cause) {
      throw new FaultflixError('could-not-run', 'pods of one node cannot be kept apart', {
        where: file,
        expected: 'a kernel with bridge netfilter, and its file to be written',
        received: messageOf(cause),
        todo: 'modprobe br_netfilter',
        cause,
      });
    }
    throw new FaultflixError('could-not-run', 'pods of one node cannot be kept apart', {
      where: file,
      expected: '1',
      received: 'what was written did not stay',
    });
  }
}
