import { type ImageConfig, type ImageContext, type ImageDefinition, PATH, USER_ID } from '../image.ts';
import { packagesLayer } from '../packages/layer.ts';
import { codeLayer } from './code.ts';
import { nodeLayer } from './node.ts';

const config: ImageConfig = {
  Entrypoint: ['/usr/local/bin/node'],
  // /tmp is the one place where a container of ours may write; without it Node goes on without the cache.
  Env: [`PATH=${PATH}`, 'NODE_COMPILE_CACHE=/tmp/node-compile-cache', 'HOME=/tmp'],
  WorkingDir: '/app',
  User: `${USER_ID}:${USER_ID}`,
  StopSignal: 'SIGTERM',
};

export interface NodeImage {
  readonly summary: string;
  readonly folders: readonly string[];
  readonly without?: readonly string[];
}

/** An image whose containers name a file of ours as their first argument, as on the local cluster. */
export const nodeImage = ({ summary, ...code }: NodeImage): ImageDefinition => ({
  summary,
  config,
  async layers(context: ImageContext) {
    const { repositoryRoot, architecture } = context;
    const ours = await codeLayer({ repositoryRoot, ...code });
    const cpu = architecture === 'amd64' ? 'x64' : 'arm64';
    return [await nodeLayer(context), await packagesLayer({ repositoryRoot, cpu, code: ours.entries }), ours];
  },
});
