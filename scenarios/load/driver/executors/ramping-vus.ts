import { z } from 'zod';
import { defineExecutor, type ExecutorContext, sleepUntil, type Vu } from '../executor.ts';
import { duration } from '../option-types.ts';

const schema = z.strictObject({
  startVUs: z.int().min(0).default(1),
  stages: z.array(z.strictObject({ duration, target: z.int().min(0) })).min(1),
  gracefulRampDown: duration.default(30_000),
});

type Config = z.infer<typeof schema>;

/** At `atMs` of the scenario there are to be `vus` users. */
interface Step {
  readonly atMs: number;
  readonly vus: number;
}

/** The straight lines between the stages' targets as steps of one user; a stage of no duration jumps. */
export function rampSteps({ startVUs, stages }: Pick<Config, 'startVUs' | 'stages'>): Step[] {
  const steps: Step[] = [{ atMs: 0, vus: startVUs }];
  let fromMs = 0;
  let from = startVUs;
  for (const stage of stages) {
    const change = stage.target - from;
    for (let n = 1; n <= Math.abs(change); n++) {
      steps.push({ atMs: fromMs + (stage.duration * n) / Math.abs(change), vus: from + Math.sign(change) * n });
    }
    fromMs += stage.duration;
    from = stage.target;
  }
  return steps;
}

/** A number of users that follows the stages. One that is not needed any more may end its iteration gracefully. */
export default defineExecutor<Config>({
  schema,
  maxVus: ({ startVUs, stages }) => Math.max(startVUs, ...stages.map(({ target }) => target)),
  durationMs: ({ stages }) => stages.reduce((sum, stage) => sum + stage.duration, 0),
  async run(config, context) {
    const runners = context.vus.map((vu) => new Runner(vu, context));
    for (const { atMs, vus } of rampSteps(config)) {
      await sleepUntil(context, context.startedAtMs + atMs);
      if (context.ending.aborted || context.signal.aborted) break;
      context.late(context.clock.now() - context.startedAtMs - atMs);
      for (const [index, runner] of runners.entries()) {
        if (index < vus) runner.start();
        else runner.rampDown(config.gracefulRampDown);
      }
    }
    await sleepUntil(context, context.startedAtMs + this.durationMs(config));
    for (const runner of runners) runner.stop();
    await Promise.all(runners.map((runner) => runner.done));
  },
});

/** Iterates on one user while it is wanted. */
class Runner {
  readonly #vu: Vu;
  readonly #context: ExecutorContext;
  #wanted = false;
  #giveUp = new AbortController();
  done: Promise<void> = Promise.resolve();

  constructor(vu: Vu, context: ExecutorContext) {
    this.#vu = vu;
    this.#context = context;
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#giveUp = new AbortController();
    const signal = AbortSignal.any([this.#context.signal, this.#giveUp.signal]);
    this.done = this.done.then(() => this.#loop(signal));
  }

  stop(): void {
    this.#wanted = false;
  }

  rampDown(graceMs: number): void {
    if (!this.#wanted) return;
    this.#wanted = false;
    const giveUp = this.#giveUp;
    const over = new AbortController();
    void this.done.then(() => over.abort());
    this.#context.clock.sleep(graceMs, over.signal).then(
      () => giveUp.abort(),
      () => undefined,
    );
  }

  async #loop(signal: AbortSignal): Promise<void> {
    while (this.#wanted && !signal.aborted && !this.#context.ending.aborted) await this.#vu.iterate(signal);
  }
}
