import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { errorText } from './error-text.ts';
import { outputTo } from './output.ts';
import { elapsed, step } from './step.ts';
import { plain, styleFor } from './style.ts';
import { Terminal } from './terminal.ts';

function recorder(isTTY: boolean, columns = 40) {
  let written = '';
  return {
    isTTY,
    columns,
    write: (text: string) => {
      written += text;
    },
    get written() {
      return written;
    },
  };
}

describe('the live line', () => {
  it('is redrawn in place on a terminal, below lines that stay', () => {
    const stream = recorder(true);
    const terminal = new Terminal({ stream, clock: fakeClock() });
    terminal.live('one');
    terminal.line('stays');
    terminal.live('two');
    terminal.live(undefined);
    const clear = '\r\u001b[2K';
    assert.equal(stream.written, `${clear}one${clear}stays\none${clear}two${clear}`);
  });

  it('is cut to the terminal, so that it can be cleared', () => {
    const stream = recorder(true, 10);
    new Terminal({ stream, clock: fakeClock() }).live('0123456789abc');
    assert.ok(stream.written.endsWith('01234567…'), stream.written);
  });

  it('is a line each 15 s in a log', async () => {
    const clock = fakeClock();
    const stream = recorder(false);
    const terminal = new Terminal({ stream, clock });
    for (let second = 0; second < 60; second++) {
      terminal.live(`at ${second}`);
      await clock.advance(1_000);
    }
    assert.equal(stream.written, 'at 15\nat 30\nat 45\n');
  });

  it('never writes control characters into a log', () => {
    const stream = recorder(false);
    const terminal = new Terminal({ stream, clock: fakeClock(), style: styleFor(stream, {}) });
    terminal.line(terminal.style('bad', 'x'));
    terminal.live(undefined);
    assert.equal(stream.written, 'x\n');
  });
});

describe('a step', () => {
  it('shows that it goes on, and ends with what was done and how long it took', async () => {
    const clock = fakeClock();
    const stream = recorder(false);
    const terminal = new Terminal({ stream, clock });
    const release = Promise.withResolvers<void>();
    const done = step({ terminal, clock, name: 'work' }, async ({ at }) => {
      at('3 of 4');
      await release.promise;
      return { said: '4 pods', value: 7 };
    });
    await clock.advance(16_000);
    release.resolve();
    assert.equal(await done, 7);
    assert.equal(stream.written, 'work  15 s  3 of 4\n✓ work: 4 pods (16 s)\n');
  });

  it('leaves no live line and no timer when it fails', async () => {
    const clock = fakeClock();
    const stream = recorder(true);
    const terminal = new Terminal({ stream, clock });
    const failing = step({ terminal, clock, name: 'work' }, () => Promise.reject(new Error('no')));
    await assert.rejects(failing, /no/);
    assert.ok(stream.written.endsWith('\r\u001b[2K'));
  });
});

describe('colours', () => {
  const painted = (isTTY: boolean, env: Record<string, string>) => styleFor({ isTTY }, env)('bad', 'x') !== 'x';
  it('need a terminal', () => assert.deepEqual([painted(true, {}), painted(false, {})], [true, false]));
  it('obey NO_COLOR before all', () => assert.equal(painted(true, { NO_COLOR: '1', FORCE_COLOR: '1' }), false));
  it('obey FORCE_COLOR and a dumb terminal', () => {
    assert.equal(painted(false, { FORCE_COLOR: '1' }), true);
    assert.equal(painted(true, { TERM: 'dumb' }), false);
  });
});

it('durations read as people say them', () => {
  assert.deepEqual([0, 412, 9_949, 9_950, 61_000, 185_000].map(elapsed), [
    '0.0 s',
    '0.4 s',
    '9.9 s',
    '10 s',
    '1 min 01 s',
    '3 min 05 s',
  ]);
});

describe('output', () => {
  const both = (json: boolean) => {
    const [stdout, stderr] = [recorder(false), recorder(false)];
    return { stdout, stderr, out: outputTo({ stdout, stderr, env: {}, clock: fakeClock(), json }) };
  };

  it('with --json is JSON lines on stdout alone, and what people read goes to stderr', () => {
    const { stdout, stderr, out } = both(true);
    out.terminal.line('for people');
    out.print('a result for people');
    out.emit({ type: 'x' });
    assert.equal(stdout.written, '{"type":"x"}\n');
    assert.equal(stderr.written, 'for people\n');
  });

  it('without it is text on stdout alone', () => {
    const { stdout, stderr, out } = both(false);
    out.print('a result');
    out.emit({ type: 'x' });
    assert.deepEqual([stdout.written, stderr.written], ['a result\n', '']);
  });
});

it('an error says what was expected, what came, where and what to do', () => {
  const error = new FaultflixError('bad-input', 'not a duration', {
    where: 'a.yaml:3:spec.baseline',
    expected: '15s',
    received: '-15s',
    todo: 'mend it',
    cause: new Error('why'),
  });
  const shown = errorText(error, plain);
  for (const text of ['error not a duration [bad-input]', 'a.yaml:3:spec.baseline', '15s', '-15s', 'mend it', 'why']) {
    assert.ok(shown.includes(text), text);
  }
});
