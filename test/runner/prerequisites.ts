/** What a stage needs of the machine that Faultflix cannot make itself. Without it the stage is not run, and says so. */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ANSWER_WITHIN_MS = 10_000;
const REAL_NODES = {
  programs: ['containerd', 'runc', 'iptables', 'nft', 'conntrack', 'ip', 'unshare', 'nsenter'],
  packages: 'containerd runc containernetworking-plugins iptables nftables conntrack iproute2',
};

/** Each resolves with what is missing and how to have it, as one line; undefined when it is there. */
export const prerequisites = {
  /** A Docker that testcontainers finds and that answers. */
  async docker(): Promise<string | undefined> {
    const { getContainerRuntimeClient } = await import('testcontainers');
    const found = getContainerRuntimeClient().then(
      () => true,
      () => false,
    );
    if (await Promise.race([found, sleep(ANSWER_WITHIN_MS, false, { ref: false })])) return undefined;
    return 'no Docker answers (DOCKER_HOST names one; as root on Linux: test/containers/with-docker npm test -- containers)';
  },

  /** What containerd, the kubelet and their namespaces ask for. Whether they then work is for the tests to say. */
  async realNodes(): Promise<string | undefined> {
    if (process.platform !== 'linux')
      return `this is ${process.platform}: real nodes need Linux (in a virtual machine)`;
    if (process.getuid?.() !== 0) return 'not root: containers and their namespaces need it (sudo npm test -- nodes)';
    const there = await Promise.all(REAL_NODES.programs.map(isOnPath));
    const missing = REAL_NODES.programs.filter((_, n) => !there[n]);
    if (missing.length === 0) return undefined;
    return `not installed: ${missing.join(', ')} (Debian: apt-get install ${REAL_NODES.packages})`;
  },
} as const;

async function isOnPath(program: string): Promise<boolean> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].filter(Boolean);
  const found = folders.map((folder) => access(join(folder, program), constants.X_OK));
  return Promise.any(found).then(
    () => true,
    () => false,
  );
}

export type Prerequisite = keyof typeof prerequisites;
