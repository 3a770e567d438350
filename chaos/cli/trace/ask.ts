/** Asks every pod of the platform for its spans, each in its own container, a bounded number at a time. */
import { messageOf } from '#base/errors.ts';
import { labels, type Place, places } from '#base/names.ts';
import type { Cluster } from '../cluster/connect.ts';
import type { Placed, Span } from './tree.ts';

interface ServicePod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels?: Record<string, string> };
  readonly status?: { readonly phase?: string };
}

export interface Answers {
  readonly spans: readonly Placed[];
  readonly asked: number;
  /** Pods that gave no answer: their part of the trace is not known. */
  readonly silent: readonly { readonly pod: string; readonly why: string }[];
}

const AT_ONCE = 6;
const TIMEOUT_MS = 20_000;

export interface AskOptions {
  readonly cluster: Pick<Cluster, 'http' | 'exec'>;
  /** Arguments of `platform/kit/tracing/ask.ts`. */
  readonly args: readonly string[];
  readonly only?: (place: Place) => boolean;
  readonly onAnswer?: (done: number, total: number) => void;
}

export async function askPods({ cluster, args, only = () => true, onAnswer }: AskOptions): Promise<Answers> {
  const lists = await Promise.all(
    places.filter(only).map((namespace) =>
      cluster.http.json<{ items: ServicePod[] }>({
        path: `/api/v1/namespaces/${namespace}/pods`,
        query: { labelSelector: `${labels.partOf}=faultflix` },
      }),
    ),
  );
  const pods = lists.flatMap(({ items }) => items).filter(({ status }) => status?.phase === 'Running');
  const spans: Placed[] = [];
  const silent: { pod: string; why: string }[] = [];
  const waiting = pods.values();
  let done = 0;
  const work = async () => {
    for (const { metadata } of waiting) {
      const { name: pod, namespace } = metadata;
      try {
        const command = ['node', 'platform/kit/tracing/ask.ts', ...args];
        const said = await cluster.exec({ namespace, pod, container: 'service', command, timeoutMs: TIMEOUT_MS });
        const answer = JSON.parse(said) as { spans: readonly Span[] };
        const service = metadata.labels?.[labels.service] ?? pod;
        spans.push(...answer.spans.map((span) => ({ ...span, service, region: namespace, pod })));
      } catch (thrown) {
        silent.push({ pod: `${namespace}/${pod}`, why: messageOf(thrown) });
      }
      done += 1;
      onAnswer?.(done, pods.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { spans, asked: pods.length, silent };
}
