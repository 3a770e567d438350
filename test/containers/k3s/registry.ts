import { setTimeout as sleep } from 'node:timers/promises';
import { dockerode } from '../support/docker.ts';

const ANSWER_WITHIN_MS = 5_000;

/**
 * Why Docker cannot have the image, as one line; false when it has it or its registry says that it can. Docker is asked,
 * since it is Docker that would fetch it, and only for what the image is called there.
 */
export async function notToBeHad(image: string): Promise<string | false> {
  const docker = await dockerode();
  const here = await docker.listImages({ filters: { reference: [image] } });
  if (here.length > 0) return false;
  const asked = docker
    .getImage(image)
    .distribution()
    .then(
      () => false as const,
      (error: { readonly message?: string }) => `${image} is not to be had: ${error.message ?? error}`,
    );
  const silent = `${image} is not to be had: no registry answered within ${ANSWER_WITHIN_MS / 1_000} s`;
  return Promise.race([asked, sleep(ANSWER_WITHIN_MS, silent, { ref: false })]);
}
