/** The viewers' Job in namespace `chaos`, made, followed and ended by the command itself. */
import { randomBytes } from 'node:crypto';
import type { V1Deployment } from '@kubernetes/client-node';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { CHAOS_NAMESPACE } from '#base/names.ts';
import { parseLoadLine } from '../../engine/load-stream.ts';
import { liveFigures, Observer } from '../../engine/observer.ts';
import type { LoadStart } from '../../engine/ports.ts';
import { amount, percent } from '../../report/words.ts';
import { LoadJob } from '../../world/kube/load-job.ts';
import type { Cluster } from '../cluster/connect.ts';
import type { Stop } from '../stop.ts';
import type { Output } from '../terminal/output.ts';

export interface DriveLoadOptions {
  readonly cluster: Pick<Cluster, 'http'>;
  readonly wanted: Pick<LoadStart, 'load' | 'seed' | 'durationMs'>;
  readonly out: Output;
  readonly clock: Clock;
  readonly stop: Stop;
}

/** Buckets are 100 ms. */
const LINE_EVERY_BUCKETS = 20;

/** Resolves with the exit code: 0 done, 1 a threshold failed, else the driver's own (2 bad script, 3 could not run). */
export async function driveLoad({ cluster: { http }, wanted, out, clock, stop }: DriveLoadOptions): Promise<number> {
  const run = `cli-${randomBytes(4).toString('hex')}`;
  const job = new LoadJob({ http, clock, namespace: CHAOS_NAMESPACE, env: await podEnv(http) });
  const observer = new Observer();
  let thresholds: Readonly<Record<string, boolean>> = {};
  let ending: Promise<void> | undefined;
  const end = () => {
    ending ??= job.stop(run);
    ending.catch(() => undefined);
  };
  await job.start({ run, adopt: false, ...wanted });
  if (stop.asked.aborted) end();
  stop.asked.addEventListener('abort', end, { once: true });
  try {
    out.terminal.line(`${wanted.load.viewers} viewers, ${wanted.load.script}  (Ctrl-C ends them in good order)`);
    const pod = await job.pod(run, AbortSignal.any([stop.forced, stop.asked])).catch((error: unknown) => {
      if (stop.asked.aborted) return undefined;
      throw error;
    });
    if (pod === undefined) return 0;
    const last: string[] = [];
    for await (const text of job.lines(pod, stop.forced)) {
      const line = parseLoadLine(text);
      if (line === undefined) last.push(text);
      if (line?.type === 'summary') {
        ({ thresholds } = line);
        out.emit({ ...line });
      }
      if (observer.push(text) && observer.buckets.length % LINE_EVERY_BUCKETS === 0) show(observer, out);
    }
    return conclude({ observer, thresholds, last, out, stopped: stop.asked.aborted });
  } finally {
    stop.asked.removeEventListener('abort', end);
    end();
    await ending;
  }
}

/** What the controller was given: where pods are reached, and the image of the load. */
async function podEnv(http: Cluster['http']): Promise<Record<string, string>> {
  const nodes = await http.json<{ items: { status?: { nodeInfo?: { containerRuntimeVersion?: string } } }[] }>({
    path: '/api/v1/nodes',
  });
  const path = `/apis/apps/v1/namespaces/${CHAOS_NAMESPACE}/deployments/controller`;
  const { spec } = await http.json<V1Deployment>({ path });
  const env = spec?.template.spec?.containers.flatMap((container) => container.env ?? []) ?? [];
  const image = env.find(({ name }) => name === 'FAULTFLIX_LOAD_IMAGE')?.value;
  const loopback = nodes.items.some(({ status }) => status?.nodeInfo?.containerRuntimeVersion?.startsWith(OUR_RUNTIME));
  return {
    ...(image === undefined ? {} : { FAULTFLIX_LOAD_IMAGE: image }),
    ...(loopback ? { FAULTFLIX_NETWORK: 'loopback' } : {}),
  };
}

/** Nodes of the local cluster name their runtime so. */
const OUR_RUNTIME = 'faultflix://';

function show(observer: Observer, out: Output): void {
  const live = liveFigures(observer);
  if (!live) return;
  out.emit({ type: 'live', ...live });
  out.terminal.line(
    [
      `${live.viewers} viewers`,
      `${live.sps.toFixed(1)} SPS`,
      `${percent(live.errorRatio)} errors of ${live.requests}`,
      `start-up p95 ${amount(live.startupP95Ms, 'ms')}`,
      `rebuffering ${percent(live.rebufferRatio)}`,
    ].join('  '),
  );
}

interface Concluded {
  readonly observer: Observer;
  readonly thresholds: Readonly<Record<string, boolean>>;
  /** What the driver printed beside the stream: its summary for people, or why it could not run. */
  readonly last: readonly string[];
  readonly out: Output;
  readonly stopped: boolean;
}

function conclude({ observer, thresholds, last, out, stopped }: Concluded): number {
  const { end } = observer;
  for (const text of last) out.terminal.line(text);
  if (!end)
    throw new FaultflixError('could-not-run', 'the viewers ended without a last word', {
      expected: 'a line of type end in the log of their pod',
      received: last.at(-1) ?? 'nothing',
    });
  const failed = Object.keys(thresholds).filter((name) => !thresholds[name]);
  const exitCode = stopped && end.exitCode === 4 ? Math.min(failed.length, 1) : end.exitCode;
  out.emit({ type: 'end', exitCode, thresholds, ...(end.reason ? { reason: end.reason } : {}) });
  for (const name of failed) out.terminal.line(out.terminal.style('warn', `threshold failed: ${name}`));
  return exitCode;
}
