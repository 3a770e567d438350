import type { Program } from '../kept.ts';

const NOBODY = '65534';

/**
 * The control plane needs no root: it runs as nobody, with the one capability that opens this cluster's own files (the
 * state folder is root's alone). It also spares inotify instances, which the kernel counts by user: a control plane
 * holds 17 of the 128 that a user usually has (inotify(7)), and each node, which must be root, 7.
 */
export function unprivileged({ command, args, ...program }: Program): Program {
  const only = '-all,+dac_override';
  return {
    ...program,
    command: 'setpriv',
    args: [
      `--reuid=${NOBODY}`,
      `--regid=${NOBODY}`,
      '--clear-groups',
      `--inh-caps=${only}`,
      `--ambient-caps=${only}`,
      `--bounding-set=${only}`,
      '--no-new-privs',
      command,
      ...args,
    ],
  };
}
