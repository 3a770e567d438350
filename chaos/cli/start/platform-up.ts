/** The platform on a cluster, with its progress shown. */
import type { Clock } from '#base/clock.ts';
import type { Cluster } from '../cluster/connect.ts';
import { deploy } from '../deploy/deploy.ts';
import type { Manifest } from '../deploy/manifest.ts';
import type { Stop } from '../stop.ts';
import type { Output } from '../terminal/output.ts';
import { step } from '../terminal/step.ts';

/** A platform that starts cold on two busy cores needs a minute; one that needs three is broken. */
const READY_TIMEOUT_MS = 180_000;
/** Nodes of somebody else may first pull 300 MB of images. */
const PULLING_TIMEOUT_MS = 600_000;

export interface PlatformUpOptions {
  readonly cluster: Cluster;
  readonly manifests: readonly Manifest[];
  readonly out: Output;
  readonly clock: Clock;
  readonly stop: Stop;
  /** Images come of a registry. */
  readonly pulling: boolean;
}

export async function platformUp({ cluster, manifests, out, clock, stop, pulling }: PlatformUpOptions): Promise<void> {
  await step({ terminal: out.terminal, clock, name: 'platform' }, async ({ at }) => {
    let pods = 0;
    await deploy({
      http: cluster.http,
      clock,
      manifests,
      readyTimeoutMs: pulling ? PULLING_TIMEOUT_MS : READY_TIMEOUT_MS,
      signal: stop.asked,
      onApplied: (done, total) => at(`${done} of ${total} objects applied`),
      onProgress({ readyPods, wantedPods, waitingFor }) {
        pods = wantedPods;
        const names = waitingFor.slice(0, 3).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
        const more = waitingFor.length > 3 ? ` and ${waitingFor.length - 3} more` : '';
        at(
          `${readyPods} of ${wantedPods} pods ready${names.length > 0 ? `; waiting for ${names.join(', ')}${more}` : ''}`,
        );
        out.emit({ type: 'platform', readyPods, wantedPods });
      },
    });
    out.emit({ type: 'platform-ready', atMs: clock.now(), pods });
    return { said: `${pods} pods ready`, value: undefined };
  });
}
