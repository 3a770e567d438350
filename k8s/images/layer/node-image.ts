import { type ImageConfig, type ImageDefinition, PATH, USER_ID } from '../image.ts';
import { packagesLayer } from '../packages/layer.ts';
import { codeLayer } from './code.ts';
import { cpuOf } from './node.ts';

const config: ImageConfig = {
  Entrypoint: ['/usr/local/bin/node'],
  // /tmp is the one place where a container of ours may write; without it Node goes on without the cache.
  Env: [`PATH=${PATH}`, 'HOME=/tmp', 'NODE_COMPILE_CACHE=/tmp/node-compile-cache'],
  WorkingDir: '/app',
  User: `${USER_ID}:${USER_ID}`,
};

export interface NodeImage {
  readonly summary: string;
  /** Folders of the repository that it holds. */
  readonly folders: readonly string[];
}

/** An image whose containers name a file of ours as their first argument, as on the local cluster. */
export const nodeImage = ({ summary, folders }: NodeImage): ImageDefinition => ({
  summary,
  config,
  async layers({ repositoryRoot, architecture, node }) {
    const ours = await codeLayer({ repositoryRoot, folders });
    return [await node(), await packagesLayer({ repositoryRoot, cpu: cpuOf(architecture), code: ours.entries }), ours];
  },
});
