import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#base/clock.ts';
import { regions } from '#base/names.ts';
import { seededRng } from '#base/rng.ts';
import { freePorts } from '#k8s/local/control-plane/ports.ts';
import { StaticEndpoints } from '#kit/testing/static-endpoints.ts';
import { EtcdEngine } from '#platform/stores/engines/etcd.ts';
import { eventually } from './suite.ts';

/** `$ETCD`, or what the local cluster keeps in its cache. Undefined when there is none. */
export function etcdBinary(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.ETCD) return env.ETCD;
  return globSync(join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'faultflix/tools/etcd-*/etcd'))[0];
}

/** As the pods of the store have it: the region first. */
const nameOf = (index: number): string => `${regions[index]}.m${index}`;

/** Three real etcd processes on loopback: the client sees each in a region of its own. */
export class Trio {
  readonly #binary: string;
  readonly #folder: string;
  readonly #ports: readonly number[];
  readonly #children: ChildProcess[] = [];

  static async start(binary: string): Promise<Trio> {
    const folder = await mkdtemp(join(tmpdir(), 'faultflix-trio-'));
    const ports = await freePorts(6, seededRng(process.pid));
    const trio = new Trio(binary, folder, ports);
    for (const index of [0, 1, 2]) trio.startMember(index);
    const engine = trio.engine();
    await eventually('three members have a leader', () =>
      engine.get('nothing').then(
        () => true,
        () => false,
      ),
    );
    await engine.close();
    return trio;
  }

  private constructor(binary: string, folder: string, ports: readonly number[]) {
    this.#binary = binary;
    this.#folder = folder;
    this.#ports = ports;
  }

  startMember(index: number): void {
    const url = (port: number) => `http://127.0.0.1:${this.#ports[port]}`;
    const peers = [0, 1, 2].map((i) => `${nameOf(i)}=${url(3 + i)}`).join(',');
    const args = [
      ...['--name', nameOf(index), '--data-dir', join(this.#folder, `m${index}`), '--log-level', 'error'],
      ...['--listen-client-urls', url(index), '--advertise-client-urls', url(index)],
      ...['--listen-peer-urls', url(3 + index), '--initial-advertise-peer-urls', url(3 + index)],
      ...['--initial-cluster', peers, '--initial-cluster-state', 'new', '--unsafe-no-fsync'],
      ...['--heartbeat-interval', '50', '--election-timeout', '500'],
    ];
    this.#children[index] = spawn(this.#binary, args, { stdio: 'ignore' });
  }

  /** `index`: the member in the client's own region, asked first. */
  engine(index = 0): EtcdEngine {
    const members = [0, 1, 2].map((i) => ({ id: `m${i}`, port: this.#ports[i]!, region: regions[i]! }));
    return new EtcdEngine({
      endpoints: new StaticEndpoints('store', members),
      place: regions[index]!,
      clock: systemClock,
    });
  }

  port(index: number): number {
    return this.#ports[index]!;
  }

  async signal(index: number, signal: NodeJS.Signals): Promise<void> {
    const child = this.#children[index]!;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    if (signal === 'SIGKILL') await exit;
  }

  async stop(): Promise<void> {
    for (const index of [0, 1, 2]) await this.signal(index, 'SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }
}
