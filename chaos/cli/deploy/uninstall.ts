/** Takes off a cluster what `start` applied: the objects of the whole cluster, with namespaces all that is in them. */
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { type KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import { labels } from '#base/names.ts';
import { FIELD_MANAGER } from './apply.ts';
import type { Manifest } from './manifest.ts';
import { Resources } from './resources.ts';

export interface Applied {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly collection: string;
}

interface Owned extends KubeObject {
  readonly metadata: KubeObject['metadata'] & {
    readonly labels?: Readonly<Record<string, string>>;
    readonly managedFields?: ReadonlyArray<{ readonly manager?: string; readonly operation?: string }>;
  };
}

/**
 * What we applied of the kinds that belong to no namespace: it has our label, and the API remembers that we applied it.
 * The label alone may be anybody's. An older version's objects are found too, whatever they were called.
 */
export async function appliedTo(http: KubeHttp, manifests: readonly Manifest[]): Promise<readonly Applied[]> {
  const resources = new Resources(http);
  const collections = new Map<string, string>();
  for (const manifest of manifests) {
    if (collections.has(manifest.kind)) continue;
    // A kind that the cluster does not know has no objects there.
    const found = await resources.find(manifest).catch(absent);
    if (found && !found.namespaced) collections.set(manifest.kind, await resources.collection(manifest));
  }
  const lists = await Promise.all(
    [...collections].map(async ([kind, collection]) => {
      const query = { labelSelector: `${labels.partOf}=faultflix` };
      const { items } = await http.json<{ items: Owned[] }>({ path: collection, query });
      return items.filter(isApplied).map(({ metadata: { name, uid } }) => ({ kind, name, uid, collection }));
    }),
  );
  return lists.flat();
}

export const isApplied = ({ metadata: { labels: has, managedFields = [] } }: Owned): boolean =>
  has?.[labels.partOf] === 'faultflix' &&
  managedFields.some(({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply');

function absent(thrown: unknown): undefined {
  if (thrown instanceof FaultflixError && ['could-not-run', 'not-found'].includes(thrown.code)) return;
  throw thrown;
}

export interface RemoveOptions {
  readonly http: KubeHttp;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onLeft: (left: readonly Applied[]) => void;
}

/** Deletes these very objects and waits until the API has none of them. Rejects with `residue` after `timeoutMs`. */
export async function removeAll(applied: readonly Applied[], options: RemoveOptions): Promise<void> {
  const { http, signal, onLeft, timeoutMs } = options;
  await Promise.all(applied.map((each) => remove(http, each)));
  const left = new Map(applied.map((each) => [each.uid, each]));
  const over = new AbortController();
  const late = AbortSignal.timeout(timeoutMs);
  const judge = () => {
    onLeft([...left.values()]);
    if (left.size === 0) over.abort();
  };
  const until = AbortSignal.any([signal, over.signal, late]);
  const collections = [...new Set(applied.map(({ collection }) => collection))];
  await Promise.all(
    collections.map((path) =>
      listWatch<KubeObject>({
        http,
        clock: options.clock,
        path,
        signal: until,
        onList(items) {
          const there = new Set(items.map(({ metadata }) => metadata.uid));
          for (const each of left.values()) if (each.collection === path && !there.has(each.uid)) left.delete(each.uid);
          judge();
        },
        onEvent(type, { metadata }) {
          if (type === 'DELETED') left.delete(metadata.uid);
          judge();
        },
      }),
    ),
  );
  if (left.size === 0) return;
  const names = [...left.values()].map(({ kind, name }) => `${kind} ${name}`).join(', ');
  if (signal.aborted)
    throw new FaultflixError('cancelled', 'stopped while the cluster was deleting', { received: names });
  throw new FaultflixError('residue', `not everything was gone within ${timeoutMs / 1_000} s`, {
    expected: 'none of what was applied',
    received: names,
    todo: 'kubectl describe says what holds it; run this again afterwards',
  });
}

async function remove(http: KubeHttp, { collection, name, uid }: Applied): Promise<void> {
  try {
    await http.json({
      method: 'DELETE',
      path: `${collection}/${name}`,
      body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid }, propagationPolicy: 'Background' },
    });
  } catch (thrown) {
    // Gone by itself, or another one of the same name by now: in both cases not ours to delete.
    if (!(thrown instanceof KubeStatusError && (thrown.status === 404 || thrown.status === 409))) throw thrown;
  }
}
