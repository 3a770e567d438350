import { toolsDir } from '../local/tools/cache-root.ts';
import { releaseHosts } from '../local/tools/catalogue.ts';
import { ensureTools } from '../local/tools/ensure.ts';
import type { ImageContext } from './image.ts';
import type { Layer } from './layer/entry.ts';
import { nodeLayer } from './layer/node.ts';
import { thisArchitecture } from './machine/architecture.ts';
import type { OnBuildProgress } from './progress.ts';

export interface ContextOptions {
  readonly repositoryRoot: string;
  readonly signal: AbortSignal;
  readonly onProgress: OnBuildProgress;
}

/** What image definitions are made of on this machine. Throws `unsupported` where no image can be made. */
export function createContext({ repositoryRoot, signal, onProgress }: ContextOptions): ImageContext {
  const architecture = thisArchitecture();
  let node: Promise<Layer> | undefined;
  return {
    repositoryRoot,
    architecture,
    node() {
      node ??= nodeLayer({ repositoryRoot, architecture });
      return node;
    },
    async tool(name) {
      const what = name === 'toxiproxy-server' ? 'toxiproxy' : name === 'etcd' ? 'etcd' : 'node';
      const paths = await ensureTools({
        dir: toolsDir(),
        hosts: releaseHosts,
        env: process.env,
        tools: [name],
        signal,
        onProgress: ({ done, total, unit, etaMs }) =>
          onProgress({ what, way: 'tool', done, total, unit, ...(etaMs === undefined ? {} : { etaMs }) }),
      });
      return paths.get(name)!;
    },
  };
}
