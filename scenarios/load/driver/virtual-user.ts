import { FaultflixError, messageOf } from '#base/errors.ts';
import {
  type Call,
  measure,
  type Run,
  type ScenarioState,
  setInitialising,
  tagsOf,
  type VuState,
  within,
} from './context.ts';
import type { Vu } from './executor.ts';
import { scriptUrl } from './hooks.ts';
import type { Connections } from './http/connections.ts';
import { Cookies } from './http/cookies.ts';

export type ScriptModule = Readonly<Record<string, unknown>>;
export type ScriptFunction = (...values: unknown[]) => unknown;

/** The script's modules for one user; its init context runs here. */
export async function load(scriptPath: string, vu: number): Promise<ScriptModule> {
  setInitialising(vu);
  try {
    return (await import(scriptUrl(scriptPath, vu))) as ScriptModule;
  } catch (cause) {
    if (cause instanceof FaultflixError) throw cause;
    throw new FaultflixError('bad-input', 'the script cannot be loaded', { where: scriptPath, cause });
  } finally {
    setInitialising(0);
  }
}

export function functionOf(module: ScriptModule, name: string, scriptPath: string): ScriptFunction {
  const value = module[name];
  if (typeof value === 'function') return value as ScriptFunction;
  throw new FaultflixError('bad-input', `the script exports no function ${name}`, {
    where: scriptPath,
    expected: `export ${name === 'default' ? 'default ' : ''}async function …`,
    received: value === undefined ? 'nothing' : typeof value,
  });
}

export interface VirtualUserOptions {
  readonly id: number;
  readonly run: Run;
  readonly scenario: ScenarioState;
  readonly module: ScriptModule;
  readonly connections: Connections;
  /** What setup returned, as JSON: each user gets a copy of its own. */
  readonly setupData: () => unknown;
}

/** One user: module state and connections of its own, one iteration after another. */
export class VirtualUser implements Vu {
  readonly id: number;
  readonly #options: VirtualUserOptions;
  readonly #body: ScriptFunction;
  readonly #state: VuState = { tags: {}, metadata: {} };
  readonly #data: unknown;
  #iterations = 0;

  constructor(options: VirtualUserOptions) {
    this.id = options.id;
    this.#options = options;
    this.#body = functionOf(options.module, options.scenario.exec, options.run.scriptPath);
    this.#data = options.setupData();
  }

  async iterate(signal: AbortSignal): Promise<void> {
    const { run, scenario, connections } = this.#options;
    const iteration = this.#iterations++;
    const call: Call = {
      run,
      phase: 'iteration',
      vu: this.id,
      scenario,
      connections,
      cookies: new Cookies(),
      state: this.#state,
      iterationInInstance: iteration,
      iterationInScenario: iteration,
      iterationInTest: scenario.iterations++,
      group: '',
      interrupted: false,
      signal,
    };
    const startedAt = performance.now();
    run.instance.vusActive++;
    const interrupted = await perform(call, () => this.#body(this.#data));
    run.instance.vusActive--;
    if (interrupted) {
      run.instance.iterationsInterrupted++;
      return;
    }
    const tags = tagsOf(call);
    measure(call, 'iteration_duration', performance.now() - startedAt, tags);
    measure(call, 'iterations', 1, tags);
    run.instance.iterationsCompleted++;
    // Lets timers and sockets of others have their turn even when the script never waits.
    await new Promise<void>((done) => setImmediate(done));
  }
}

/** Runs a script's function to its end or to the signal's; true when it was given up. Its errors are logged, as in k6. */
async function perform(call: Call, body: () => unknown): Promise<boolean> {
  if (call.signal.aborted) return true;
  let giveUp = () => {};
  const given = new Promise<true>((done) => {
    giveUp = () => done(true);
    call.signal.addEventListener('abort', giveUp, { once: true });
  });
  const whole = async (): Promise<false> => {
    try {
      await within(call, body);
    } catch (thrown) {
      if (!call.interrupted) report(call, thrown);
    }
    return false;
  };
  const interrupted = await Promise.race([whole(), given]);
  call.signal.removeEventListener('abort', giveUp);
  call.interrupted = interrupted;
  return interrupted;
}

function report(call: Call, thrown: unknown): void {
  if (thrown instanceof FaultflixError && (thrown.code === 'unsupported' || thrown.code === 'bad-input')) {
    call.run.refused(thrown);
    return;
  }
  console.error(`VU ${call.vu}, iteration ${call.iterationInInstance}: ${messageOf(thrown)}`);
}
