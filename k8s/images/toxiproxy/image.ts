import { catalogue } from '../../local/tools/catalogue.ts';
import { type ImageDefinition, PATH, USER_ID } from '../image.ts';
import { base } from '../layer/base.ts';
import { copy } from '../layer/entry.ts';
import { goComponents, goPurl } from '../sbom/go.ts';

const { version, group } = catalogue['toxiproxy-server'];
const MODULE = group.module;

export default {
  summary: 'Toxiproxy, a static program that every pod has beside its service',
  config: {
    Entrypoint: ['/usr/local/bin/toxiproxy-server'],
    Cmd: ['-host', '0.0.0.0', '-port', '8474'],
    Env: [`PATH=${PATH}`],
    WorkingDir: '/',
    User: `${USER_ID}:${USER_ID}`,
  },
  async layers({ tool }) {
    const path = await tool('toxiproxy-server');
    const purl = goPurl(MODULE, `v${version}`);
    const modules = goComponents(path).filter((component) => component.purl !== purl);
    return [
      {
        name: 'program',
        title: `Toxiproxy ${version}`,
        entries: [...base(), copy('usr/local/bin/toxiproxy-server', path, 0o755)],
        components: [
          {
            type: 'application',
            name: MODULE,
            version: `v${version}`,
            purl,
            licence: 'MIT',
            dependsOn: modules.map((component) => component.purl),
          },
          ...modules,
        ],
      },
    ];
  },
} satisfies ImageDefinition;
