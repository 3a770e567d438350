import { theCall, theRun } from '../context.ts';

/** `k6/execution`: where in the run a script is. */
export const scenario = {
  get name() {
    return scenarioOf('name').name;
  },
  get executor() {
    return scenarioOf('executor').executor;
  },
  /** Epoch ms. */
  get startTime() {
    return scenarioOf('startTime').startedAtMs;
  },
  get progress() {
    const { startedAtMs, durationMs } = scenarioOf('progress');
    return durationMs > 0 ? Math.min(1, (theRun().clock.now() - startedAtMs) / durationMs) : 1;
  },
  get iterationInInstance() {
    return theCall('exec.scenario.iterationInInstance').iterationInTest;
  },
  get iterationInTest() {
    return theCall('exec.scenario.iterationInTest').iterationInTest;
  },
};

export const instance = {
  get iterationsCompleted() {
    return theRun().instance.iterationsCompleted;
  },
  get iterationsInterrupted() {
    return theRun().instance.iterationsInterrupted;
  },
  get vusActive() {
    return theRun().instance.vusActive;
  },
  get vusInitialized() {
    return theRun().instance.vusInitialized;
  },
  /** ms. */
  get currentTestRunDuration() {
    return theRun().clock.now() - theRun().startedAtMs;
  },
};

export const test = {
  /** Ends the run, and this iteration at once. */
  abort(message = 'test.abort'): never {
    theRun().abort(`exec.test.abort: ${message}`);
    throw new TestAborted(message);
  },
  fail(message = 'test.fail'): void {
    theRun().fail(`exec.test.fail: ${message}`);
  },
  get options() {
    return theRun().options.raw;
  },
};

export class TestAborted extends Error {}

export const vu = {
  get idInInstance() {
    return theCall('exec.vu.idInInstance').vu;
  },
  get idInTest() {
    return theCall('exec.vu.idInTest').vu;
  },
  get iterationInInstance() {
    return theCall('exec.vu.iterationInInstance').iterationInInstance;
  },
  get iterationInScenario() {
    return theCall('exec.vu.iterationInScenario').iterationInScenario;
  },
  get tags() {
    return theCall('exec.vu.tags').state.tags;
  },
  metrics: {
    get tags() {
      return theCall('exec.vu.metrics.tags').state.tags;
    },
    get metadata() {
      return theCall('exec.vu.metrics.metadata').state.metadata;
    },
  },
};

function scenarioOf(property: string) {
  const { scenario: state } = theCall(`exec.scenario.${property}`);
  if (state) return state;
  throw new Error(`exec.scenario.${property}: no scenario in setup and teardown`);
}

export default { scenario, instance, test, vu };
