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

const FIELD_MANAGER = 'faultflix';
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
    const path = `${await resources.collection(manifest)}/${manifest.metadata.name}`;
    await http.json({
      method: 'PATCH',
      path,
      query: { fieldManager: FIELD_MANAGER, force: true },
      contentType: 'application/apply-patch+yaml',
      body: manifest,
    });
  } catch (cause) {
    throw new FaultflixError('could-not-run', `could not apply ${describe(manifest)}`, {
      where: describe(manifest),
      todo: 'may this user change it, and does the cluster know all its fields?',
      cause,
    });
  }
  onApplied?.(manifest);
}
