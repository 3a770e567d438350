import { type ImageDefinition, PATH, USER_ID } from '../image.ts';
import { base } from '../layer/base.ts';
import { copy } from '../layer/entry.ts';

export default {
  summary: 'Toxiproxy, a static program that every pod has beside its service',
  config: {
    Entrypoint: ['/usr/local/bin/toxiproxy-server'],
    Cmd: ['-host', '0.0.0.0', '-port', '8474'],
    Env: [`PATH=${PATH}`],
    WorkingDir: '/',
    User: `${USER_ID}:${USER_ID}`,
  },
  async layers({ toxiproxy }) {
    return [
      { title: 'Toxiproxy', entries: [...base(), copy('usr/local/bin/toxiproxy-server', await toxiproxy(), 0o755)] },
    ];
  },
} satisfies ImageDefinition;
