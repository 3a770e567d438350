/** Bytes of media a second over TLS: the edge beside nginx. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signedFolder } from '#contracts/signed-path.ts';
import { type Fetched, fetchMany } from '#test/support/edge-bench/fetch-many.ts';
import { findNginx, type RunningServer, startNginx } from '#test/support/edge-bench/nginx.ts';
import { selfSigned } from '#test/support/self-signed.ts';
import type { Bench, BenchContext, Row } from './bench.ts';

const repository = join(import.meta.dirname, '../..');
const TITLE = 'big-buck-bunny';
const FILE = 'seg-4-00001.m4s'; // 1080p
const IN_FLIGHT = 8;
const FETCHES = 4_000;

export const bench: Bench = {
  title: 'Edge: bytes a second over TLS, beside nginx',
  method:
    'The edge (the kit’s HTTPS server with its door, the signature checked on each request) and nginx with one worker ' +
    `serve the same 1080p segment from the same folder, in turn, over TLS 1.3 to curl with ${IN_FLIGHT} connections that ` +
    'are kept. Also bytes for each second of CPU that the server took, which the client and other work on the machine ' +
    'disturb less.',
  unfit: async () => {
    if (process.platform !== 'linux') return 'CPU times are read from /proc: Linux only';
    if (!findNginx()) return 'nginx is not installed (apt install nginx-light)';
    if (spawnSync('curl', ['--version']).error) return 'curl is not installed';
    return undefined;
  },
  run: async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'faultflix-edge-bench-'));
    try {
      return await measure(folder, context);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function measure(folder: string, { runs, progress }: BenchContext): Promise<readonly Row[]> {
  const root = join(folder, 'titles');
  await mkdir(root);
  await cp(join(repository, 'platform/media/titles', TITLE, FILE), join(root, TITLE, FILE));
  const { cert, key } = await selfSigned('127.0.0.1');
  const ca = join(folder, 'cert.pem');
  await writeFile(ca, cert);
  await writeFile(join(folder, 'key.pem'), key);
  const servers = [await startEdge(folder, root), await startNginx({ program: findNginx()!, folder, root })] as const;
  const [edge, nginx] = servers;
  const signed = signedFolder(
    { session: 'bench', media: TITLE, expiresAtMs: Date.now() + 3_600_000 },
    Buffer.alloc(32, 1),
  );
  const common = { inFlight: IN_FLIGHT, ca };
  const ofEdge = { ...common, url: `https://127.0.0.1:${edge.port}${signed}/${FILE}`, pid: edge.pid };
  const ofNginx = { ...common, url: `https://127.0.0.1:${nginx.port}/${TITLE}/${FILE}`, pid: nginx.pid };
  try {
    for (const target of [ofEdge, ofNginx]) await fetchMany({ ...target, count: FETCHES / 4 });
    const pairs: Array<{ edge: Fetched; nginx: Fetched }> = [];
    for (let run = 0; run < runs; run++) {
      const pair = {
        edge: await fetchMany({ ...ofEdge, count: FETCHES }),
        nginx: await fetchMany({ ...ofNginx, count: FETCHES }),
      };
      progress(`run ${run + 1} of ${runs}: ${mbps(pair.edge).toFixed()} and ${mbps(pair.nginx).toFixed()} MB/s`);
      pairs.push(pair);
    }
    return [
      { what: 'edge', unit: 'MB/s', samples: pairs.map((pair) => mbps(pair.edge)) },
      { what: 'nginx', unit: 'MB/s', samples: pairs.map((pair) => mbps(pair.nginx)) },
      {
        what: 'edge ÷ nginx, bytes a second',
        unit: 'ratio',
        samples: pairs.map((pair) => mbps(pair.edge) / mbps(pair.nginx)),
        goal: { atLeast: 0.8 },
      },
      { what: 'edge, for each second of its CPU', unit: 'MB/s', samples: pairs.map((pair) => perCpu(pair.edge)) },
      { what: 'nginx, for each second of its CPU', unit: 'MB/s', samples: pairs.map((pair) => perCpu(pair.nginx)) },
    ];
  } finally {
    for (const server of servers) await server.stop();
  }
}

const mbps = ({ bytes, seconds }: Fetched) => bytes / seconds / 1e6;
const perCpu = ({ bytes, serverCpuSeconds }: Fetched) => bytes / serverCpuSeconds / 1e6;

async function startEdge(folder: string, root: string): Promise<RunningServer> {
  const script = join(repository, 'test/support/edge-bench/server.ts');
  const child = spawn(process.execPath, [script, root, join(folder, 'cert.pem'), join(folder, 'key.pem')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the edge ended')));
  const [port] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer];
  ended.catch(() => undefined);
  return {
    pid: child.pid!,
    port: Number(port.toString().trim()),
    stop: async () => {
      child.stdin.end();
      await ended.catch(() => undefined);
    },
  };
}
