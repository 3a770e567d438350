/** The cockpit in a browser. */
import { join } from 'node:path';
import { clusterOptions } from '../cluster/locate.ts';
import { command } from '../command.ts';
import { servePage } from '../page/serve-page.ts';
import { repository } from '../repository.ts';

const DEFAULT_PORT = '7400';

export default command({
  summary: 'Show experiments, viewers and pods in a browser, live, until Ctrl-C. It only reads.',
  options: {
    port: { type: 'string', value: 'N', help: `port on 127.0.0.1 (default: ${DEFAULT_PORT}; 0: any free one)` },
    ...clusterOptions,
  },
  examples: [
    { line: 'faultflix cockpit', does: 'of the local cluster' },
    { line: 'faultflix cockpit --port 0', does: 'at any free port' },
    { line: 'faultflix cockpit --kubeconfig FILE --context kind-kind', does: 'of a cluster of your own' },
  ],
  async run({ options, env, out, clock, stop }) {
    const server = join(repository, 'dashboards', 'cockpit', 'server.ts');
    const args = ['--port', options.port ?? DEFAULT_PORT];
    return servePage({ name: 'cockpit', server, args, cluster: options, env, out, clock, stop });
  },
});
