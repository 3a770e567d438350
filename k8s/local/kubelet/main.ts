import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { asFaultflixError, exitCodeOf, FaultflixError } from '#base/errors.ts';
import { KubeHttp } from '#base/kube/http.ts';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import { Kubelet } from './kubelet.ts';
import { log } from './log.ts';

const USAGE = 'main.ts --kubeconfig FILE --state-dir DIR --bin-dir DIR';

/** Plays all nodes of the local cluster. Prints `{"type":"ready","nodes":[…]}` on stdout; ends all pods on SIGTERM. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { kubeconfig: { type: 'string' }, 'state-dir': { type: 'string' }, 'bin-dir': { type: 'string' } },
  });
  const { kubeconfig, 'state-dir': stateDir, 'bin-dir': binDir } = values;
  if (!kubeconfig || !stateDir || !binDir) {
    throw new FaultflixError('bad-input', 'an argument is missing', {
      expected: USAGE,
      received: process.argv.slice(2).join(' '),
    });
  }
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const connection = await kubeconfigConnection(kubeconfig);
  const http = new KubeHttp(connection, { maxSockets: 8 });
  const watchHttp = new KubeHttp(connection);
  const { gitVersion } = await http.json<{ gitVersion: string }>({ path: '/version' });
  const server = new URL(connection.server);
  const kubelet = new Kubelet({
    http,
    watchHttp,
    stateDir: resolve(stateDir),
    images: {
      repositoryRoot: resolve(import.meta.dirname, '../../..'),
      binDir: resolve(binDir),
      node: process.execPath,
      env: process.env,
    },
    port: 10_250,
    version: gitVersion,
    machineId: createHash('sha256').update(hostname()).digest('hex').slice(0, 32),
    serviceEnv: {
      KUBERNETES_SERVICE_HOST: server.hostname.replace(/^\[|\]$/g, ''),
      KUBERNETES_SERVICE_PORT: server.port || '443',
      KUBERNETES_SERVICE_PORT_HTTPS: server.port || '443',
    },
    now: Date.now,
  });
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    kubelet.stop().then(
      () => process.exit(0),
      (error) => {
        log('stop-failed', { error: String(error) });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  await kubelet.start();
  process.stdout.write(`${JSON.stringify({ type: 'ready', nodes: kubelet.nodeNames })}\n`);
}

main().catch((thrown) => {
  const error = asFaultflixError(thrown);
  process.stdout.write(`${JSON.stringify({ type: 'error', error })}\n`);
  process.exit(exitCodeOf(error));
});
