import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Phase } from './journal.ts';
import { type RunEffect, type RunEvent, type RunState, step, unhealed } from './phase.ts';

/**
 * A world that does what the machine asks, in any order, and a controller that may be lost before any of it: what was
 * under way then is forgotten, or happens though nobody hears of it. Only the journal stays.
 */
class Model {
  state: RunState = { phase: 'Pending', marks: {} };
  readonly phases: Phase[] = ['Pending'];
  readonly injected = new Map<string, number>();
  readonly faulty = new Set<string>();
  pending: RunEffect[] = [];
  recoveredBetween = false;
  readonly #marks: readonly string[];

  constructor(marks: number) {
    this.#marks = Array.from({ length: marks }, (_, i) => `0.${i}`);
    this.event({ type: 'resumed' });
  }

  event(event: RunEvent): void {
    const [state, effects] = step(this.state, event);
    if (state.phase !== this.state.phase) this.phases.push(state.phase);
    this.state = state;
    this.pending.push(...effects);
  }

  /** Does one of the things that are to be done, and tells the machine what came of it. */
  perform(index: number, fails: boolean): void {
    const [effect] = this.pending.splice(index % this.pending.length, 1);
    if (effect) for (const event of this.#does(effect, fails)) this.event(event);
  }

  /**
   * The controller is lost; with `halfDone` an injection was on its way and lands. It cannot have been so of a mark that
   * was undone: injecting and undoing one mark take turns (`serial` of the runner), and what comes second looks first.
   */
  crash(halfDone: boolean): void {
    for (const effect of halfDone ? this.pending : [])
      if (effect.do === 'inject' && this.state.marks[effect.mark] === 'journalled') this.#inject(effect.mark);
    this.pending = [];
    this.event({ type: 'resumed' });
  }

  #inject(mark: string): void {
    assert.equal(this.state.marks[mark], 'journalled', 'injected what the journal does not hold');
    this.injected.set(mark, (this.injected.get(mark) ?? 0) + 1);
    this.faulty.add(mark);
  }

  #does(effect: RunEffect, fails: boolean): RunEvent[] {
    switch (effect.do) {
      case 'admit':
        return [{ type: fails ? 'refused' : 'admitted' }];
      case 'watch-baseline':
        return [fails ? { type: 'unsteady' } : { type: 'steady', marks: this.#marks }];
      case 'watch-timeline':
        return [{ type: fails ? 'failed' : 'due', mark: effect.mark }];
      case 'journal':
        return [{ type: fails ? 'failed' : 'journalled', mark: effect.mark }];
      case 'inject':
        if (this.state.phase !== 'Inject' || this.state.marks[effect.mark] !== 'journalled') return [];
        this.#inject(effect.mark);
        return [{ type: fails ? 'failed' : 'injected', mark: effect.mark }];
      case 'reconcile':
        return [{ type: this.faulty.has(effect.mark) ? 'injected' : 'failed', mark: effect.mark }];
      case 'measure':
        return [{ type: 'over', mark: effect.mark }];
      case 'recover':
        this.faulty.delete(effect.mark);
        return [{ type: 'recovered', mark: effect.mark }];
      case 'watch-health':
        if (unhealed(this.state).length > 0) {
          this.pending.push(effect);
          return [];
        }
        return [{ type: 'settled' }];
      case 'judge':
        return [{ type: 'judged' }];
      case 'clean-up':
        return [{ type: 'cleaned' }];
      default:
        return [];
    }
  }
}

const action = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('perform' as const), index: fc.nat(50), fails: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const), halfDone: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('abort' as const) }) },
);

function play(model: Model, actions: readonly (typeof action extends fc.Arbitrary<infer T> ? T : never)[]): void {
  for (const next of actions) {
    if (next.do === 'perform') model.perform(next.index, next.fails);
    else if (next.do === 'crash') model.crash(next.halfDone);
    else model.event({ type: 'abort', abort: { kind: 'condition', reason: 'too many errors' } });
  }
  // Whatever happened, a controller that is left alone now brings the run to its end.
  model.crash(false);
  for (let n = 0; model.pending.length > 0 && n < 1_000; n++) model.perform(n, false);
}

test('from any crash point every path out of injecting passes through recovering and leaves nothing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(action, { maxLength: 60 }), (marks, actions) => {
      const model = new Model(marks);
      play(model, actions);
      assert.equal(model.state.phase, 'Complete');
      assert.deepEqual([...model.faulty], [], 'a fault was left');
      assert.deepEqual(unhealed(model.state), []);
      const inject = model.phases.indexOf('Inject');
      if (inject >= 0) assert.equal(model.phases[inject + 1], 'Recover');
      for (const [mark, times] of model.injected) assert.equal(times, 1, `${mark} was injected ${times} times`);
    }),
    { numRuns: 3_000 },
  );
});

test('no event whatever leads from Inject to a verdict but through Recover', () => {
  const mark = fc.constantFrom('a', 'b', 'c');
  const event: fc.Arbitrary<RunEvent> = fc.oneof(
    ...(['resumed', 'admitted', 'refused', 'unsteady', 'settled', 'judged', 'cleaned'] as const).map((type) =>
      fc.constant({ type }),
    ),
    ...(['due', 'journalled', 'injected', 'failed', 'over', 'recovered'] as const).map((type) =>
      mark.map((id) => ({ type, mark: id })),
    ),
    fc.constant({ type: 'abort', abort: { kind: 'error', reason: 'x' } } as const),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (events) => {
      let state: RunState = { phase: 'Inject', marks: { a: 'planned', b: 'journalled', c: 'injected' } };
      let healed = false;
      for (const next of events) {
        const [after, effects] = step(state, next);
        if (after.phase !== state.phase && state.phase === 'Inject') {
          assert.equal(after.phase, 'Recover');
          for (const id of unhealed(after)) {
            assert.ok(effects.some((effect) => effect.do === 'recover' && effect.mark === id));
          }
          healed = true;
        }
        if (after.phase === 'Verdict') assert.ok(healed);
        assert.ok(!effects.some((effect) => effect.do === 'inject') || after.phase === 'Inject');
        state = after;
      }
    }),
    { numRuns: 2_000 },
  );
});

test('known bad: a machine that skips recovery after an abort is caught by the same model', () => {
  const model = new Model(1);
  const skipping: RunState = { phase: 'Verdict', marks: { '0.0': 'injected' } };
  model.faulty.add('0.0');
  model.state = skipping;
  play(model, []);
  assert.notDeepEqual([...model.faulty], []);
});
