/**
 * The viewer's page: `dashboards/watch/server.ts [--port N] [--home REGION] [--context NAME] [--until-stdin-ends]`, with the
 * cluster of `KUBECONFIG`. Prints JSON lines as the cockpit's server does: `progress`, `built`, `ready` with the address,
 * `error`. Ends on SIGINT, SIGTERM and, when asked, the end of stdin.
 */
import { parseArgs } from 'node:util';
import { systemClock } from '#base/clock.ts';
import { asFaultflixError, exitCodeOf, FaultflixError } from '#base/errors.ts';
import { KubeHttp } from '#base/kube/http.ts';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import { type Region, regions } from '#base/names.ts';
import { builtPage } from '../build/page.ts';
import { serveWatch } from './serve/http.ts';
import { followPods } from './serve/pods.ts';

const say = (line: Readonly<Record<string, unknown>>) => process.stdout.write(`${JSON.stringify(line)}\n`);

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    home: { type: 'string', default: regions[0] },
    context: { type: 'string' },
    'until-stdin-ends': { type: 'boolean', default: false },
  },
});
const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => ended.abort());
if (values['until-stdin-ends']) process.stdin.on('end', () => ended.abort()).resume();
// The reader of our lines may be gone before us.
process.stdout.on('error', () => ended.abort());

try {
  const { env } = process;
  const { port, home } = checked(values.port, values.home);
  if (!env.KUBECONFIG) {
    throw new FaultflixError('bad-input', 'which cluster?', {
      expected: 'KUBECONFIG in the environment',
      todo: '`faultflix cinema` sets it',
    });
  }
  const http = new KubeHttp(await kubeconfigConnection(env.KUBECONFIG, values.context));
  const network = await networkOf(http);
  const page = await builtPage({
    dashboard: import.meta.dirname,
    env,
    signal: ended.signal,
    onProgress: (modules) => say({ type: 'progress', what: 'page', modules }),
    onBuilt: (ms) => say({ type: 'built', ms: Math.round(ms) }),
  });
  const onTrouble = (why: string) =>
    console.error(`the pods cannot be followed (${why}): the last known ones are asked`);
  const pods = followPods({ http, clock: systemClock, signal: ended.signal, env: network, home, onTrouble });
  const ca = await rootOf(http);
  const server = await serveWatch({ page, pods, ca, home, port });
  say({ type: 'ready', url: server.url });
  await pods.ended;
  await server.close();
  http.close();
} catch (thrown) {
  if (!ended.signal.aborted) {
    const error = asFaultflixError(thrown);
    say({ type: 'error', error });
    process.exitCode = exitCodeOf(error);
  }
  ended.abort();
}
if (values['until-stdin-ends']) process.stdin.destroy();

function checked(portText: string, home: string): { port: number; home: Region } {
  const port = Number(portText);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new FaultflixError('bad-input', 'not a port', {
      where: '--port',
      expected: '0 to 65535',
      received: portText,
    });
  if (!(regions as readonly string[]).includes(home))
    throw new FaultflixError('bad-input', 'not a region', {
      where: '--home',
      expected: regions.join(', '),
      received: home,
    });
  return { port, home: home as Region };
}

/** How `reachable()` gets from an address in the API to one that this machine reaches. */
async function networkOf(http: KubeHttp): Promise<Readonly<Record<string, string>>> {
  const { items } = await http.json<{
    items: ReadonlyArray<{ status?: { nodeInfo?: { containerRuntimeVersion?: string } } }>;
  }>({ path: '/api/v1/nodes' });
  const ours = items.some(({ status }) => status?.nodeInfo?.containerRuntimeVersion?.startsWith('faultflix://'));
  if (ours) return { FAULTFLIX_NETWORK: 'loopback' };
  throw new FaultflixError('unsupported', 'the pods of this cluster cannot be reached from here', {
    expected: 'the local cluster, whose pods have addresses of this machine',
    received: 'nodes whose pods have a network of their own: no address of a router or of an edge leads out of it',
    todo: '`faultflix start`, and then `faultflix cinema` without --cluster; viewers of the load watch on real nodes too',
  });
}

async function rootOf(http: KubeHttp): Promise<string> {
  const secret = await http.json<{ data?: Record<string, string> }>({
    path: '/api/v1/namespaces/chaos/secrets/viewer-ca',
  });
  return Buffer.from(secret.data?.['ca.crt'] ?? '', 'base64').toString('utf8');
}
