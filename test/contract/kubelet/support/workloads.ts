import { eventually, type Json, OWN_TAINT, type Space } from './space.ts';

export const BATCH = '/apis/batch/v1';
export const APPS = '/apis/apps/v1';
export const POLICY = '/apis/policy/v1';

/** A pod template of one script, labelled `app: x`. */
export const template = (space: Space, script: string, more: object = {}): Json => ({
  metadata: { labels: { app: 'x' } },
  spec: {
    containers: [space.sh(script)],
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    tolerations: [OWN_TAINT],
    ...more,
  },
});

export const selector = { matchLabels: { app: 'x' } };

/** Reads an object again until its status fits. The suite watches pods; their controllers are read. */
export const statusFits = (space: Space, path: string, fits: (status: Json) => unknown): Promise<Json> =>
  eventually(path, async () => {
    const object = await space.cluster.http.json<Json>({ path });
    if (!fits(object.status ?? {})) throw new Error(JSON.stringify(object.status));
    return object;
  });

export const hasCondition =
  (type: string) =>
  ({ conditions = [] }: Json): Json =>
    conditions.find((condition: Json) => condition.type === type && condition.status === 'True');

export const mergePatch = (space: Space, path: string, body: object): Promise<Json> =>
  space.cluster.http.json({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body });

/** Asks the eviction API for a pod's end. Resolves with the HTTP status. */
export const evict = (space: Space, name: string): Promise<number> =>
  space
    .post('/api/v1', `pods/${name}/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } })
    .then(
      () => 201,
      (error: { status?: number }) => error.status ?? 0,
    );
