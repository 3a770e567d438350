/** The chaos controller that leads, and its death: the process itself, from outside, on whatever node it runs. */
import { readdir, readFile } from 'node:fs/promises';
import { FaultflixError } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import type { ExperimentStatus } from '#chaos/engine/journal.ts';
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

const EXPERIMENTS = '/apis/faultflix.dev/v1alpha1/namespaces/chaos/experiments';
const MEASURED_WITHIN_MS = 60_000;

/**
 * Every fault of the run is in and its effect measured, by its journal. Who takes over from a leader that dies earlier has
 * none of its connections, and on real nodes may not be able to show that a killed pod's process is gone: inconclusive.
 */
async function faultsMeasured(http: KubeHttp): Promise<void> {
  const seen = new AbortController();
  const signal = AbortSignal.any([seen.signal, AbortSignal.timeout(MEASURED_WITHIN_MS)]);
  const look = ({ status }: KubeObject & { readonly status?: ExperimentStatus }) => {
    if (status?.phase !== 'Inject' || status.marks.length === 0) return;
    const measured = new Set(status.effects.map(({ mark }) => mark));
    if (status.marks.every(({ id }) => measured.has(id))) seen.abort();
  };
  await listWatch<KubeObject & { readonly status?: ExperimentStatus }>({
    http,
    path: EXPERIMENTS,
    signal,
    onList: (items) => items.forEach(look),
    onEvent: (_type, experiment) => look(experiment),
  });
  if (!seen.signal.aborted)
    throw new FaultflixError('deadline-exceeded', 'the effects of the faults were not measured in time');
}

/** SIGKILL, which no process can see coming, while the run's faults are in and measured. Resolves with whom it killed. */
export async function killLeaderDuringInject(running: Running, http: KubeHttp): Promise<Leadership> {
  await running.event(({ type, phase }) => type === 'phase' && phase === 'Inject');
  await faultsMeasured(http);
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
