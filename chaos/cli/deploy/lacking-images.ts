/** Pods whose image nobody can give them: no waiting helps. */
import type { KubeHttp } from '#base/kube/http.ts';
import { labels } from '#base/names.ts';
import { OURS } from './registry.ts';

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly containerStatuses?: readonly Status[];
    readonly initContainerStatuses?: readonly Status[];
  };
}
interface Status {
  readonly image: string;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
}

/** Reasons of pkg/kubelet/images that are final by themselves. */
const FINAL: readonly string[] = ['ErrImageNeverPull', 'InvalidImageName'];
/** A registry may be away for a moment; the one of our own names is nobody's, so for those these are final too. */
const FAILED: readonly string[] = ['ErrImagePull', 'ImagePullBackOff'];

/** `image on node: reason`, one each. */
export async function lackingImages(http: KubeHttp): Promise<readonly string[]> {
  const query = { labelSelector: `${labels.partOf}=faultflix`, fieldSelector: 'status.phase=Pending' };
  const { items } = await http.json<{ items: Pod[] }>({ path: '/api/v1/pods', query });
  return [...new Set(items.flatMap(lackedBy))].sort();
}

export function lackedBy({ spec, status = {} }: Pod): readonly string[] {
  const { containerStatuses = [], initContainerStatuses = [] } = status;
  return [...initContainerStatuses, ...containerStatuses].flatMap(({ image, state }) => {
    const { reason = '' } = state?.waiting ?? {};
    const final = FINAL.includes(reason) || (FAILED.includes(reason) && image.startsWith(OURS));
    return final ? [`${image} on ${spec?.nodeName ?? 'some node'}: ${reason}`] : [];
  });
}
