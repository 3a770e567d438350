/** Server-side apply of many objects, a bounded number at a time. */
import { FaultflixError } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { describe, type Manifest } from './manifest.ts';
import type { Resources } from './resources.ts';

export interface ApplyOptions {
  readonly http: KubeHttp;
  readonly resources: Resources;
  readonly onApplied?: (manifest: Manifest) => void;
}

/** Who the API says has applied our objects. */
export const FIELD_MANAGER = 'faultflix';
const AT_ONCE = 16;

/** Applies all; rejects with the first failure, after what was under way has ended. */
export async function applyAll(manifests: readonly Manifest[], options: ApplyOptions): Promise<void> {
  const waiting = [...manifests];
  const failures: unknown[] = [];
  const worker = async () => {
    for (let next = waiting.shift(); next && failures.length === 0; next = waiting.shift()) {
      await apply(next, options).catch((thrown: unknown) => failures.push(thrown));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failures.length > 0) throw failures[0];
}

async function apply(manifest: Manifest, { http, resources, onApplied }: ApplyOptions): Promise<void> {
  try {
    await patch(manifest, { http, resources });
  } catch (cause) {
    throw new FaultflixError('could-not-run', `could not apply ${describe(manifest)}`, {
      where: describe(manifest),
      todo: 'may this user change it, and does the cluster know all its fields?',
      cause,
    });
  }
  onApplied?.(manifest);
}

/** One server-side apply; with `dryRun` the API checks and admits it, and keeps nothing. */
export async function patch(
  manifest: Manifest,
  { http, resources, dryRun = false }: Pick<ApplyOptions, 'http' | 'resources'> & { readonly dryRun?: boolean },
): Promise<void> {
  await http.json({
    method: 'PATCH',
    path: `${await resources.collection(manifest)}/${manifest.metadata.name}`,
    query: { fieldManager: FIELD_MANAGER, force: true, ...(dryRun ? { dryRun: 'All' } : {}) },
    contentType: 'application/apply-patch+yaml',
    body: manifest,
  });
}
