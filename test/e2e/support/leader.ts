/** The chaos controller that leads, and its death: the process itself, from outside, on whatever node it runs. */
import { readdir, readFile } from 'node:fs/promises';
import type { KubeHttp } from '#base/kube/http.ts';
import type { Running } from './cli.ts';

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/chaos/leases/controller';

export interface Leadership {
  /** `<pod>_<process>`. */
  readonly identity: string;
  /** Grows with each leader. */
  readonly term: number;
}

export async function leaderOf(http: KubeHttp): Promise<Leadership> {
  const { spec } = await http.json<{ spec: { holderIdentity: string; leaseTransitions: number } }>({ path: LEASE });
  return { identity: spec.holderIdentity, term: spec.leaseTransitions };
}

/** SIGKILL, which no process can see coming, as soon as the run is in phase Inject. Resolves with whom it killed. */
export async function killLeaderDuringInject(running: Running, http: KubeHttp): Promise<Leadership> {
  await running.event(({ type, phase }) => type === 'phase' && phase === 'Inject');
  const leader = await leaderOf(http);
  const pids = await processesOfPod(leader.identity.split('_')[0]!, 'chaos/controller/main.ts');
  if (pids.length === 0) throw new Error(`no process of ${leader.identity}`);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  return leader;
}

/** Also of a pod in namespaces of its own: the host sees the processes of all. */
async function processesOfPod(pod: string, script: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const fits = await Promise.all(
    pids.map(async (pid) => {
      try {
        const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
        return (
          environment.includes(`POD_NAME=${pod}`) && (await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes(script)
        );
      } catch {
        return false; // it ended while we looked, or is another user's
      }
    }),
  );
  return pids.filter((_, n) => fits[n]);
}
