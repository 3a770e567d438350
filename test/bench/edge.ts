/** Bytes of media a second over TLS, from the cache and filled: the edge beside nginx. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { signedFolder } from '#contracts/signed-path.ts';
import { type Fetched, fetchMany } from '#test/support/edge-bench/fetch-many.ts';
import { findNginx, type RunningServer, startNginx } from '#test/support/edge-bench/nginx.ts';
import type { CpuShares } from '#test/support/edge-bench/profile.ts';
import { selfSigned } from '#test/support/self-signed.ts';
import type { Bench, BenchContext, Row } from './bench.ts';

const repository = join(import.meta.dirname, '../..');
const IN_FLIGHT = 8;

interface Size {
  readonly name: string;
  readonly bytes: number;
  /** Fetches a run. */
  readonly hits: number;
  readonly misses: number;
}

const sizes: readonly Size[] = [
  { name: '64 kB', bytes: 65_536, hits: 4_000, misses: 400 },
  { name: '512 kB', bytes: 524_288, hits: 1_000, misses: 100 },
  { name: '4 MB', bytes: 4_194_304, hits: 150, misses: 20 },
];

export const bench: Bench = {
  title: 'Edge: bytes a second over TLS, beside nginx',
  method:
    'The edge (the kit’s HTTPS server with its door, the signature checked on each request, caches and fill) and nginx ' +
    `with one worker serve the same bytes in turn, over TLS 1.3, to curl with ${IN_FLIGHT} connections that are kept. Hit: ` +
    'one file again and again, by the edge from its memory and by nginx from a file that stays open. Miss: each file once, ' +
    'filled over TLS from the same origin, kept on disk; the edge checks length and SHA-256 before it serves, nginx ' +
    '(`proxy_cache`) checks neither and passes bytes on as they come. Bytes for each second of CPU that the server took ' +
    'are disturbed less by the client, the origin and other work on the machine. Where the edge’s CPU goes is of a CPU ' +
    'profile in further runs of hits.',
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

async function measure(folder: string, context: BenchContext): Promise<readonly Row[]> {
  const root = join(folder, 'titles');
  const { cert, key } = await selfSigned('127.0.0.1');
  const [ca, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await writeFile(ca, cert);
  await writeFile(keyFile, key);
  for (const { bytes } of sizes) {
    await mkdir(join(root, `bytes-${bytes}`), { recursive: true });
    await writeFile(join(root, `bytes-${bytes}`, 'hit.m4s'), Buffer.alloc(bytes, 'a film of many letters '));
  }
  const servers: RunningServer[] = [];
  try {
    const origin = await startOwn('origin.ts', [ca, keyFile]);
    servers.push(origin);
    const edge = await startOwn('server.ts', [ca, keyFile, join(folder, 'disk'), `${origin.port}`]);
    servers.push(edge);
    const nginx = await startNginx({ program: findNginx()!, folder, root, originPort: origin.port });
    servers.push(nginx);
    const rows: Row[] = [];
    for (const size of sizes) rows.push(...(await compare({ edge, nginx, ca, size, ...context })));
    return rows;
  } finally {
    for (const server of servers.reverse()) await server.stop();
  }
}

interface Comparing extends BenchContext {
  readonly edge: OwnServer;
  readonly nginx: RunningServer;
  readonly ca: string;
  readonly size: Size;
}

async function compare({ edge, nginx, ca, size, runs, progress }: Comparing): Promise<readonly Row[]> {
  const media = `bytes-${size.bytes}`;
  const expiresAtMs = Date.now() + 3_600_000;
  const signed = signedFolder({ session: 'bench', media, expiresAtMs }, Buffer.alloc(32, 1));
  const ofEdge = { inFlight: IN_FLIGHT, ca, pid: edge.pid };
  const ofNginx = { inFlight: IN_FLIGHT, ca, pid: nginx.pid };
  const at = { edge: `https://127.0.0.1:${edge.port}`, nginx: `https://127.0.0.1:${nginx.port}` };
  const hits = async (count: number) => ({
    edge: await fetchMany({ ...ofEdge, count, urls: `${at.edge}${signed}/hit.m4s?n=[1-${count}]` }),
    nginx: await fetchMany({ ...ofNginx, count, urls: `${at.nginx}/${media}/hit.m4s?n=[1-${count}]` }),
  });
  const misses = async (run: number, count: number) => ({
    edge: await fetchMany({ ...ofEdge, count, urls: `${at.edge}${signed}/miss-${run}-[1-${count}].m4s` }),
    nginx: await fetchMany({ ...ofNginx, count, urls: `${at.nginx}/v1/o/${media}/miss-${run}-[1-${count}].m4s` }),
  });
  await hits(Math.ceil(size.hits / 4));
  await misses(-1, Math.ceil(size.misses / 4));
  const [hit, miss]: [Pair[], Pair[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    hit.push(await hits(size.hits));
    miss.push(await misses(run, size.misses));
    const ratio = (pairs: Pair[]) => (mbps(pairs.at(-1)!.edge) / mbps(pairs.at(-1)!.nginx)).toFixed(2);
    progress(`${size.name}, run ${run + 1} of ${runs}: hit ${ratio(hit)}, miss ${ratio(miss)} of nginx`);
  }
  const shares: CpuShares[] = [];
  for (let run = 0; run < runs; run++) {
    edge.say('profile');
    await hits(size.hits);
    edge.say('report');
    shares.push(JSON.parse(await edge.line()) as CpuShares);
  }
  return [...rows(`${size.name}, hit`, hit), ...rows(`${size.name}, miss`, miss), ...cpuRows(size.name, shares)];
}

interface Pair {
  readonly edge: Fetched;
  readonly nginx: Fetched;
}

const rows = (what: string, pairs: readonly Pair[]): readonly Row[] => [
  { what: `${what}: edge`, unit: 'MB/s', samples: pairs.map(({ edge }) => mbps(edge)) },
  { what: `${what}: nginx`, unit: 'MB/s', samples: pairs.map(({ nginx }) => mbps(nginx)) },
  {
    what: `${what}: edge ÷ nginx`,
    unit: 'ratio',
    samples: pairs.map(({ edge, nginx }) => mbps(edge) / mbps(nginx)),
    goal: { atLeast: 0.8 },
  },
  {
    what: `${what}: edge ÷ nginx, for each second of CPU`,
    unit: 'ratio',
    samples: pairs.map(({ edge, nginx }) => perCpu(edge) / perCpu(nginx)),
  },
];

const cpuRows = (name: string, shares: readonly CpuShares[]): readonly Row[] =>
  [...new Set(shares.flatMap((each) => Object.keys(each)))].sort().map((what) => ({
    what: `${name}, hit, the edge’s CPU: ${what}`,
    unit: '%',
    samples: shares.map((each) => 100 * (each[what] ?? 0)),
  }));

const mbps = ({ bytes, seconds }: Fetched) => bytes / seconds / 1e6;
const perCpu = ({ bytes, serverCpuSeconds }: Fetched) => bytes / serverCpuSeconds / 1e6;

interface OwnServer extends RunningServer {
  say(command: string): void;
  line(): Promise<string>;
}

/** A program of test/support/edge-bench in a process of its own. */
async function startOwn(file: string, args: readonly string[]): Promise<OwnServer> {
  const script = join(repository, 'test/support/edge-bench', file);
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${file} ended`)));
  const lines = createInterface({ input: child.stdout });
  const line = async () => ((await Promise.race([once(lines, 'line'), ended])) as [string])[0];
  const port = Number(await line());
  ended.catch(() => undefined);
  return {
    pid: child.pid!,
    port,
    line,
    say: (command) => void child.stdin.write(`${command}\n`),
    stop: async () => {
      child.stdin.end();
      await ended.catch(() => undefined);
    },
  };
}
