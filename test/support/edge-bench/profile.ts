import { Session } from 'node:inspector/promises';
import { createInterface } from 'node:readline';

/** Shares of the samples in which the process was not idle, by what it did. */
export type CpuShares = Readonly<Record<string, number>>;

const WRITES = new Set(['writev', 'writeBuffer', 'writeUtf8String', 'writeLatin1String']);

/** What a frame of a CPU profile belongs to. */
export function groupOf({
  functionName,
  url,
}: {
  readonly functionName: string;
  readonly url: string;
}): string | undefined {
  if (functionName === '(idle)') return undefined;
  if (WRITES.has(functionName)) return 'TLS and the system’s writes';
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url.includes('/node_modules/')) return 'Fastify and other packages';
  if (url.startsWith('node:')) return 'Node’s HTTP and streams';
  if (url.startsWith('file:')) return 'the edge and the kit';
  return 'Node outside of JavaScript';
}

/** Answers lines of stdin: `profile` begins, `report` ends and prints the shares as one line of JSON. */
export function profileOnDemand(): void {
  const session = new Session();
  session.connect();
  const commands: Readonly<Record<string, () => Promise<void>>> = {
    async profile() {
      await session.post('Profiler.enable');
      await session.post('Profiler.start');
    },
    async report() {
      const { profile } = await session.post('Profiler.stop');
      const groups = new Map(profile.nodes.map(({ id, callFrame }) => [id, groupOf(callFrame)]));
      const times = new Map<string, number>();
      for (const [i, id] of (profile.samples ?? []).entries()) {
        const group = groups.get(id);
        if (group !== undefined) times.set(group, (times.get(group) ?? 0) + (profile.timeDeltas?.[i] ?? 0));
      }
      const all = [...times.values()].reduce((sum, time) => sum + time, 0);
      process.stdout.write(
        `${JSON.stringify(Object.fromEntries([...times].map(([what, time]) => [what, time / all])))}\n`,
      );
    },
  };
  createInterface({ input: process.stdin }).on('line', (line) => void commands[line]?.());
}
