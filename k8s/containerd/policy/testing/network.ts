import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { FaultflixError } from '#base/errors.ts';
import { apply } from '../apply.ts';
import type { Ruleset } from '../ruleset.ts';

export type Answer = 'open' | 'refused' | 'silent';

export interface Ask {
  readonly to: string;
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  /** How long to wait before it is called silence; what should be open deserves long. */
  readonly patienceMs?: number;
  readonly keep?: boolean;
  readonly over?: number;
}

/** One process in a network namespace of its own. */
class Place {
  readonly child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #listening = Promise.withResolvers<void>();
  #next = 0;

  constructor(ports: readonly number[]) {
    const agent = join(import.meta.dirname, 'agent.ts');
    this.child = spawn('unshare', ['--net', process.execPath, agent, ...ports.map(String)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child.once('exit', () => this.#listening.reject(new FaultflixError('could-not-run', 'a namespace ended')));
    this.#listening.promise.catch(() => undefined);
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      const said = JSON.parse(line) as { listening?: true; id?: number; answer?: Answer };
      if (said.listening) this.#listening.resolve();
      if (said.id !== undefined) this.#waiting.get(said.id)?.(said.answer!);
    });
  }

  get listening(): Promise<void> {
    return this.#listening.promise;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** The number by which a connection that is kept is known, and what became of it. */
  async ask(ask: Ask): Promise<{ id: number; answer: Answer }> {
    const id = this.#next++;
    const answer = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.child.stdin!.write(`${JSON.stringify({ id, ...ask })}\n`);
    return { id, answer: await answer };
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.stdin!.end();
    await ended;
  }
}

/**
 * A node with a bridge and pods on it, as CNI's bridge plugin makes them, and pods of another node behind a route. The
 * host's own network is not touched: everything stands in namespaces that go with their processes.
 */
export class TestNetwork {
  readonly node: Place;
  readonly #pods: ReadonlyMap<string, Place>;

  private constructor(node: Place, pods: ReadonlyMap<string, Place>) {
    this.node = node;
    this.#pods = pods;
  }

  static async start(ips: readonly string[], ports: readonly number[]): Promise<TestNetwork> {
    const made = new TestNetwork(new Place([]), new Map(ips.map((ip) => [ip, new Place(ports)])));
    try {
      await Promise.all([made.node, ...made.#pods.values()].map(({ listening }) => listening));
      await made.#wire();
      return made;
    } catch (error) {
      await made.end();
      throw error;
    }
  }

  pod(ip: string): Place {
    return this.#pods.get(ip)!;
  }

  apply(ruleset: Ruleset): Promise<void> {
    return apply(ruleset, this.#inNode('nft'));
  }

  /** What the node's kernel holds. */
  listed(): Promise<string> {
    // Without counters, which a late packet moves.
    return run(...this.#inNode('nft'), '--stateless', 'list', 'ruleset');
  }

  /** Runs a program of ours in the node's namespace. */
  spawnInNode(command: string, ...args: readonly string[]): ChildProcess {
    const [program, ...before] = this.#inNode(command);
    return spawn(program, [...before, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  }

  inNode(command: string, ...args: readonly string[]): Promise<string> {
    return run(...this.#inNode(command), ...args);
  }

  async end(): Promise<void> {
    await Promise.all([this.node, ...this.#pods.values()].map((place) => place.end()));
  }

  #inNode(program: string): [string, ...string[]] {
    return ['nsenter', '--net', '--target', String(this.node.pid), program];
  }

  async #wire(): Promise<void> {
    const node = (step: string) => run(...this.#inNode('ip'), ...step.split(' '));
    await node('link set lo up');
    await node('link add cni0 type bridge');
    await node('address add 10.200.0.1/24 dev cni0');
    await node('link set cni0 up');
    await run(...this.#inNode('sh'), '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
    for (const [index, [ip, { pid }]] of [...this.#pods].entries()) {
      const pod = (step: string) => run('nsenter', '--net', '--target', String(pid), 'ip', ...step.split(' '));
      const local = ip.startsWith('10.200.0.');
      await node(`link add veth${index} type veth peer name eth0 netns ${pid}`);
      await node(`link set veth${index} ${local ? 'master cni0 ' : ''}up`);
      await pod('link set lo up');
      await pod(`address add ${ip}/24 dev eth0`);
      await pod('link set eth0 up');
      const gateway = ip.replace(/\d+$/, '1');
      if (!local) await node(`address add ${gateway}/24 dev veth${index}`);
      await pod(`route add default via ${gateway}`);
    }
  }
}

async function run(program: string, ...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(program, [...args], { timeout: 30_000 })).stdout;
}
