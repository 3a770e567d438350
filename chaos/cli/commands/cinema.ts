/** What viewers see, in a browser: films of the platform, and what is happening underneath. */
import { join } from 'node:path';
import { clusterOptions } from '../cluster/locate.ts';
import { command } from '../command.ts';
import { servePage } from '../page/serve-page.ts';
import { repository } from '../repository.ts';

const DEFAULT_PORT = '7500';

export default command({
  summary: 'Watch films of the platform in a browser, as its viewers do, until Ctrl-C.',
  options: {
    port: { type: 'string', value: 'N', help: `port on 127.0.0.1 (default: ${DEFAULT_PORT}; 0: any free one)` },
    home: { type: 'string', value: 'REGION', help: 'where you are at home (default: us-east-1)' },
    ...clusterOptions,
  },
  examples: [
    { line: 'faultflix cinema', does: 'on the local cluster; kill an edge and go on watching' },
    { line: 'faultflix cinema --home us-west-2', does: 'as a viewer of the other coast' },
  ],
  async run({ options, env, out, clock, stop }) {
    const server = join(repository, 'dashboards', 'watch', 'server.ts');
    const args = ['--port', options.port ?? DEFAULT_PORT, ...(options.home ? ['--home', options.home] : [])];
    return servePage({ name: 'cinema', server, args, cluster: options, env, out, clock, stop });
  },
});
