/** What a stage needs of the machine that Faultflix cannot make itself. Without it the stage is not run, and says so. */
import { setTimeout as sleep } from 'node:timers/promises';

const ANSWER_WITHIN_MS = 10_000;

/** Each resolves with what is missing and how to have it, as one line; undefined when it is there. */
export const prerequisites = {
  /** A Docker that testcontainers finds and that answers. */
  async docker(): Promise<string | undefined> {
    const { getContainerRuntimeClient } = await import('testcontainers');
    const found = getContainerRuntimeClient().then(
      () => true,
      () => false,
    );
    if (await Promise.race([found, sleep(ANSWER_WITHIN_MS, false, { ref: false })])) return undefined;
    return 'no Docker answers (DOCKER_HOST names one; as root on Linux: test/containers/with-docker npm test -- containers)';
  },
} as const;

export type Prerequisite = keyof typeof prerequisites;
