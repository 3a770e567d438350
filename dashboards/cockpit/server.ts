/**
 * The cockpit's server: `dashboards/cockpit/server.ts [--port N] [--context NAME] [--until-stdin-ends]`, with the cluster
 * of `KUBECONFIG`. Prints JSON lines: `{"type":"progress","what":"page","modules":812}`, `{"type":"built","ms":2900}`,
 * `{"type":"ready","url":"http://127.0.0.1:7400/"}`, `{"type":"error","error":{…FaultflixError as JSON}}`. Ends on
 * SIGINT, SIGTERM and, when asked, the end of stdin.
 */
import { parseArgs } from 'node:util';
import { systemClock } from '#base/clock.ts';
import { asFaultflixError, exitCodeOf, FaultflixError } from '#base/errors.ts';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import { builtPage } from '../build/page.ts';
import { startFeed } from './serve/feed.ts';
import { serveCockpit } from './serve/http.ts';

const say = (line: Readonly<Record<string, unknown>>) => process.stdout.write(`${JSON.stringify(line)}\n`);

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
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
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new FaultflixError('bad-input', 'not a port', {
      where: '--port',
      expected: '0 to 65535',
      received: values.port,
    });
  }
  const { env } = process;
  if (!env.KUBECONFIG) {
    throw new FaultflixError('bad-input', 'which cluster?', {
      expected: 'KUBECONFIG in the environment',
      todo: '`faultflix cockpit` sets it',
    });
  }
  const connection = await kubeconfigConnection(env.KUBECONFIG, values.context);
  const page = await builtPage({
    dashboard: import.meta.dirname,
    env,
    signal: ended.signal,
    onProgress: (modules) => say({ type: 'progress', what: 'page', modules }),
    onBuilt: (ms) => say({ type: 'built', ms: Math.round(ms) }),
  });
  const feed = startFeed({ connection, clock: systemClock, signal: ended.signal });
  const server = await serveCockpit({ page, feed, port });
  say({ type: 'ready', url: server.url });
  await feed.ended;
  await server.close();
} catch (thrown) {
  if (!ended.signal.aborted) {
    const error = asFaultflixError(thrown);
    say({ type: 'error', error });
    process.exitCode = exitCodeOf(error);
  }
  ended.abort();
}
if (values['until-stdin-ends']) process.stdin.destroy();
