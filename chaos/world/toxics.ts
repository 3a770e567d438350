import type { PodRef } from './target.ts';
import type { Wardens } from './wardens.ts';
import type { Toxics } from './world.ts';

export interface WardenToxicsOptions {
  readonly wardens: Wardens;
  /** Whether the pod no longer exists, as far as anyone can tell without its warden. */
  readonly gone: (pod: PodRef) => Promise<boolean>;
}

/** Toxics of faults, through the wardens of their targets' nodes. */
export function wardenToxics({ wardens, gone }: WardenToxicsOptions): Toxics {
  return {
    put: async (target, toxic) => {
      await wardens.put(target.node, { ...toxic, podUid: target.uid, podIp: target.ip });
    },
    list: async (target) => {
      const pod = await wardens.pod(target.node, target.uid);
      return (pod?.proxies ?? []).flatMap(({ name: proxy, toxics }) => toxics.map((toxic) => ({ proxy, ...toxic })));
    },
    remove: async (target, { proxy, name }) => {
      try {
        await wardens.remove(target.node, { podUid: target.uid, proxy, name });
      } catch (error) {
        // A node that went away took its warden and the pod with it.
        if (!(await gone(target))) throw error;
      }
    },
  };
}
