import type { PodEvent } from '../events.ts';

/** What the events tell of a container that waits for its image, beside its status. */
export function waitEvents(
  image: string,
  { reason, message }: { readonly reason: string; readonly message: string },
): readonly (PodEvent & { readonly type: 'Normal' | 'Warning' })[] {
  if (reason === 'ErrImagePull') {
    return [
      { type: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"` },
      { type: 'Warning', reason: 'Failed', message: `Failed to pull image "${image}": ${message}` },
      { type: 'Warning', reason: 'Failed', message: 'Error: ErrImagePull' },
    ];
  }
  if (reason === 'ImagePullBackOff') {
    return [
      { type: 'Normal', reason: 'BackOff', message: `Back-off pulling image "${image}"` },
      { type: 'Warning', reason: 'Failed', message: 'Error: ImagePullBackOff' },
    ];
  }
  if (reason === 'InvalidImageName') return [{ type: 'Warning', reason: 'InspectFailed', message }];
  if (reason === 'ErrImageNeverPull') return [{ type: 'Warning', reason, message }];
  return [{ type: 'Warning', reason: 'Failed', message }];
}
