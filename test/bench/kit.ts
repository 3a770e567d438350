/** What the guards of a call cost: the kit's pipeline beside bare opossum, and its gRPC beside bare grpc-js. */
import { grpcContenders } from '#test/support/kit-bench/grpc.ts';
import { guardContenders } from '#test/support/kit-bench/guards.ts';
import type { Bench, BenchContext, Row } from './bench.ts';

/** One way to make the same call. */
export interface Contender {
  readonly what: string;
  readonly call: () => Promise<unknown>;
}

export interface Contest {
  readonly contenders: readonly Contender[];
  close(): void | Promise<void>;
}

const GUARD_CALLS = 200_000;
const GRPC_CALLS = 3_000;
const IN_FLIGHT = 32;

export const bench: Bench = {
  title: 'Kit: what a call costs',
  method:
    'In one process and in turn: an async function that does nothing, awaited bare, through opossum 10 as it comes ' +
    '(percentiles, snapshots, its timeout of 10 s), through opossum with the settings that the kit gives it (none of the ' +
    'three), and through the kit’s whole pipeline over four endpoints (deadline, retry budget, region preference, ' +
    'ejection, power of two choices, opossum, metrics): CPU time of the process, which other work on the machine ' +
    'disturbs less. Then a unary gRPC call to a server in another process, ' +
    `${IN_FLIGHT} in flight: grpc-js bare, grpc-js in opossum, and the kit’s client (which also sends traceparent and ` +
    'baggage): CPU time of the client. The goal of 1.5 is against opossum as it comes, since the pipeline too bounds the time of a call.',
  async run(context) {
    const guards = await compete(guardContenders(), { ...context, calls: GUARD_CALLS, inFlight: 1 });
    const grpc = await compete(await grpcContenders(), { ...context, calls: GRPC_CALLS, inFlight: IN_FLIGHT });
    return [
      ...rows(guardNames, guards),
      { what: 'the pipeline / opossum', unit: '×', samples: ratios(guards[3]!, guards[1]!), goal: { atMost: 1.5 } },
      { what: 'the pipeline / opossum, kit’s settings', unit: '×', samples: ratios(guards[3]!, guards[2]!) },
      ...rows(grpcNames, grpc),
      { what: 'the kit’s client / grpc-js in opossum', unit: '×', samples: ratios(grpc[2]!, grpc[1]!) },
    ];
  },
};

const guardNames = ['async function, bare', 'opossum', 'opossum, kit’s settings', 'the pipeline'];
const grpcNames = ['grpc-js, bare', 'grpc-js in opossum', 'the kit’s client'];

const rows = (names: readonly string[], samples: readonly (readonly number[])[]): Row[] =>
  samples.map((figures, i) => ({ what: names[i]!, unit: 'µs a call', samples: figures }));

/** Run by run, since runs share what disturbed them. */
const ratios = (these: readonly number[], those: readonly number[]): number[] =>
  these.map((figure, run) => figure / those[run]!);

interface CompeteOptions extends BenchContext {
  readonly calls: number;
  readonly inFlight: number;
}

/** Microseconds of CPU a call for each contender and run; the first round only warms up. */
async function compete(contest: Contest, options: CompeteOptions): Promise<readonly (readonly number[])[]> {
  const { runs, progress } = options;
  const samples = contest.contenders.map((): number[] => []);
  try {
    for (let run = -1; run < runs; run++) {
      for (const [i, { call }] of contest.contenders.entries()) {
        const us = await measure(call, options);
        if (run >= 0) samples[i]!.push(us);
      }
      progress(`run ${run + 1} of ${runs}`);
    }
  } finally {
    await contest.close();
  }
  return samples;
}

async function measure(call: () => Promise<unknown>, { calls, inFlight }: CompeteOptions): Promise<number> {
  const each = Math.ceil(calls / inFlight);
  const started = process.cpuUsage();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (let i = 0; i < each; i++) await call();
    }),
  );
  const { user, system } = process.cpuUsage(started);
  return (user + system) / (each * inFlight);
}
