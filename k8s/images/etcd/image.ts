import { catalogue } from '../../local/tools/catalogue.ts';
import { type ImageDefinition, PATH, USER_ID } from '../image.ts';
import { copy } from '../layer/entry.ts';
import { nodeImage } from '../layer/node-image.ts';
import { goComponents, goPurl } from '../sbom/go.ts';

const { version, group } = catalogue.etcd;
const platform = nodeImage({ summary: '', folders: ['platform'] });

/** What the store's pods run: the member's care is the platform's code, and beside Node is etcd. */
export default {
  summary: 'a member of the store: etcd, and the Node code that cares for it',
  config: {
    ...platform.config,
    Env: [`PATH=${PATH}`, 'HOME=/tmp', 'NODE_COMPILE_CACHE=/tmp/node-compile-cache'],
    User: `${USER_ID}:${USER_ID}`,
  },
  async layers(context) {
    const path = await context.tool('etcd');
    const purl = goPurl(group.module, `v${version}`);
    const modules = goComponents(path).filter((component) => component.purl !== purl);
    const [node, packages, ours] = await platform.layers(context);
    const etcd = {
      name: 'etcd',
      title: `etcd ${version}`,
      entries: [copy('usr/local/bin/etcd', path, 0o755)],
      components: [
        {
          type: 'application' as const,
          name: group.module,
          version: `v${version}`,
          purl,
          licence: 'Apache-2.0',
          dependsOn: modules.map((component) => component.purl),
        },
        ...modules,
      ],
    };
    return [node!, etcd, packages!, ours!];
  },
} satisfies ImageDefinition;
