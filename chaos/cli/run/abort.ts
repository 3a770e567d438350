/** Asking the controller to end a run early: docs/architecture.md, "Experiments". */
import type { KubeHttp } from '#base/kube/http.ts';
import { API_GROUP } from '#base/names.ts';
import { experimentsPath } from './experiments.ts';

export const ABORT_ANNOTATION = `${API_GROUP}/abort`;

export async function askToAbort(http: KubeHttp, name: string, reason: string): Promise<void> {
  await http.json({
    method: 'PATCH',
    path: `${experimentsPath}/${name}`,
    contentType: 'application/merge-patch+json',
    body: { metadata: { annotations: { [ABORT_ANNOTATION]: reason } } },
  });
}
