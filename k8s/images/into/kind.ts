import { FaultflixError } from '#base/errors.ts';
import type { Loader, LoaderOptions } from './load.ts';

/** The nodes of a kind cluster. */
export function kind({ cluster, run }: LoaderOptions): Loader {
  const call = (args: readonly string[], code: 'unavailable' | 'could-not-run') =>
    run({
      program: 'kind',
      args,
      code,
      install: 'install kind (https://kind.sigs.k8s.io), or load into containerd or Docker',
      advise: () => 'see that Docker runs, and that kind get clusters works',
    });
  return {
    async ready() {
      const clusters = (await call(['get', 'clusters'], 'unavailable')).split('\n').filter((line) => line !== '');
      if (clusters.includes(cluster)) return;
      throw new FaultflixError('not-found', `kind has no cluster ${cluster}`, {
        expected: clusters.join(', ') || 'a cluster',
        received: cluster,
        todo: clusters.length > 0 ? 'name one with --cluster' : `kind create cluster --name ${cluster}`,
      });
    },
    async load(archive) {
      await call(['load', 'image-archive', archive, '--name', cluster], 'could-not-run');
    },
  };
}
