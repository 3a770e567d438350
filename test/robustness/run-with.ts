import { parseExperiment } from '#chaos/engine/parse.ts';
import { Runner } from '#chaos/engine/runner.ts';
import { FakeTime } from './fake-clock.ts';
import { FakeCluster, Incarnation } from './fake-cluster.ts';

export const scenario = `
apiVersion: faultflix.dev/v1alpha1
kind: Experiment
metadata: { name: crash }
spec:
  title: A kill and a slow pod
  load: { script: viewer.ts, viewers: 10, rampUp: 0s }
  baseline: 3s
  recovery: 20s
  steadyState:
    - { measure: viewer-errors, max: 0.01 }
    - { measure: acknowledged-plays, max: 0 }
  method:
    - { at: 0s, fault: pod-kill, target: { service: playback } }
    - { at: 500ms, duration: 12s, fault: latency, with: { latency: 300ms, protocols: [grpc] }, target: { service: catalog } }
`;

const LIMIT_MS = 120_000;

export interface Ended {
  readonly cluster: FakeCluster;
  readonly incarnations: readonly Incarnation[];
  readonly complete: boolean;
}

export interface RunWithOptions {
  readonly kills?: readonly (readonly [at: number, after: boolean])[];
  /** What is wrong with the world. */
  readonly spoil?: Partial<FakeCluster>;
  readonly yaml?: string;
}

/** Runs the scenario with a controller that is killed at these of its steps, each time followed by another one. */
export async function runWith({ kills = [], spoil = {}, yaml = scenario }: RunWithOptions = {}): Promise<Ended> {
  const time = new FakeTime();
  const parsed = parseExperiment(yaml, 'crash.yaml');
  const experiment = { ...parsed, metadata: { ...parsed.metadata, uid: '01234567-89ab' } };
  const cluster = new FakeCluster(experiment, time);
  Object.assign(cluster, spoil);
  const incarnations: Incarnation[] = [];
  let complete = false;
  for (let n = 0; !complete && n <= kills.length; n++) {
    const [at, after] = kills[n] ?? [];
    const incarnation = new Incarnation(n, at, after);
    incarnations.push(incarnation);
    const runner = new Runner({
      experiment,
      ports: cluster.ports(incarnation),
      holder: { identity: `controller-${n}`, term: n + 1 },
      signal: new AbortController().signal,
    });
    runner.run().then(
      () => {
        complete = true;
      },
      (error: unknown) => {
        if (incarnation.alive) throw error;
      },
    );
    await time.run(() => complete || !incarnation.alive, LIMIT_MS);
    // A successor needs the Lease first.
    if (!complete) await time.run(() => false, 5_000);
  }
  return { cluster, incarnations, complete };
}
