import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { backoffMs, systemClock } from '#base/clock.ts';
import { asFaultflixError, exitCodeOf, FaultflixError, messageOf } from '#base/errors.ts';
import { KubeHttp } from '#base/kube/http.ts';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import { blocks, kubeletAddress } from './addresses.ts';
import { Kubelet } from './kubelet.ts';
import { log } from './log.ts';
import { offerMetrics } from './server/aggregation.ts';
import { Authority } from './server/authority.ts';
import { KubeletServer } from './server/server.ts';

/** The kubelet's usual port. */
const PORT = 10_250;
const API_ATTEMPTS = 60;
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
  const own = join(resolve(stateDir), 'kubelet');
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const pki = (name: string) => readFileSync(join(stateDir, 'pki', name));
  const [ca, frontProxyCa] = [pki('ca.crt'), pki('front-proxy-ca.crt')];
  const server = new KubeletServer({
    key: pki('kubelet-server.key'),
    cert: pki('kubelet-server.crt'),
    ca: [ca, frontProxyCa],
  });
  const block = await listenInFreeBlock(server, own);
  const connection = await kubeconfigConnection(kubeconfig);
  const http = new KubeHttp(connection, { maxSockets: 8 });
  const watchHttp = new KubeHttp(connection);
  const gitVersion = await apiVersion(http);
  const api = new URL(connection.server);
  const port = api.port || '443';
  const { FAULTFLIX_CLUSTER } = process.env;
  const kubelet = new Kubelet({
    http,
    watchHttp,
    stateDir: own,
    images: {
      repositoryRoot: resolve(import.meta.dirname, '../../..'),
      binDir: resolve(binDir),
      node: process.execPath,
      env: process.env,
    },
    block,
    server: { address: kubeletAddress(block), port: PORT },
    version: gitVersion,
    machineId: createHash('sha256').update(hostname()).digest('hex').slice(0, 32),
    serviceEnv: {
      KUBERNETES_SERVICE_HOST: api.hostname.replace(/^\[|\]$/g, ''),
      KUBERNETES_SERVICE_PORT: port,
      KUBERNETES_SERVICE_PORT_HTTPS: port,
      // By this the supervisor knows every process of its cluster.
      ...(FAULTFLIX_CLUSTER ? { FAULTFLIX_CLUSTER } : {}),
    },
    now: Date.now,
    onDeaf: (error) => {
      log('deaf', { error: error instanceof Error ? error.stack : String(error) });
      process.exit(1);
    },
  });
  server.backend = {
    authority: new Authority({ clientCa: ca, frontProxyCa, http, now: Date.now }),
    metrics: kubelet.metrics,
    find: (namespace, name) => kubelet.find(namespace, name),
    workers: () => kubelet.workers(),
  };
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    server.close();
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
  offerMetrics(http, { address: kubeletAddress(block), port: PORT, ca }).catch((error) =>
    log('metrics-not-offered', { message: messageOf(error) }),
  );
  process.stdout.write(`${JSON.stringify({ type: 'ready', nodes: kubelet.nodeNames })}\n`);
}

/** The API server's version. It may be starting too: asked until it answers, as long as the supervisor waits. */
async function apiVersion(http: KubeHttp): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    try {
      return (await http.json<{ gitVersion: string }>({ path: '/version' })).gitVersion;
    } catch (thrown) {
      if (attempt === API_ATTEMPTS) throw thrown;
      log('api-not-reached', { message: messageOf(thrown) });
      await systemClock.sleep(backoffMs(attempt, { firstMs: 50, maxMs: 1_000 }));
    }
  }
}

/**
 * Takes the cluster's block of addresses by listening in it: nobody else on this machine can then have it. A kubelet
 * that comes after another finds the block on disk, since its pods have addresses of it.
 */
async function listenInFreeBlock(server: KubeletServer, own: string): Promise<number> {
  const file = join(own, 'block');
  const saved = existsSync(file) ? [Number(readFileSync(file, 'utf8'))] : blocks(own);
  for (const block of saved) {
    try {
      await server.listen({ host: kubeletAddress(block), port: PORT });
      writeFileSync(file, String(block));
      return block;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw thrown;
    }
  }
  throw new FaultflixError('could-not-run', 'no block of loopback addresses is free for the cluster', {
    expected: 'nobody listening at one of 127.1.255.254 to 127.95.255.254',
    received: `taken: ${saved.join(', ')}`,
    where: `port ${PORT}`,
    todo: 'end another cluster, or the other kubelet of this one',
  });
}

main().catch((thrown) => {
  const error = asFaultflixError(thrown);
  process.stdout.write(`${JSON.stringify({ type: 'error', error })}\n`);
  process.exit(exitCodeOf(error));
});
