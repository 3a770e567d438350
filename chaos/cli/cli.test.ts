import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { parseArguments } from './arguments.ts';
import { command } from './command.ts';
import { commandHelp, programHelp } from './help.ts';
import { commandNames, loadCommand } from './registry.ts';
import { stopOnSignals } from './stop.ts';
import { fakeClock } from './testing/fake-clock.ts';

const sample = command({
  summary: 'Sample.',
  positionals: ['FILE', '[OTHER]'],
  options: { seed: { type: 'string', help: 'a seed' }, once: { type: 'boolean', help: 'once' } },
  examples: [{ line: 'faultflix sample', does: 'it' }],
  run: async () => 0,
});
const parse = (...argv: string[]) => parseArguments('sample', sample, argv);

describe('arguments', () => {
  it('are options and positionals, with what was not given', () => {
    assert.deepEqual(parse('a.yaml', '--seed', '7'), {
      options: { seed: '7', once: false, help: false, json: false },
      positionals: ['a.yaml'],
    });
    assert.equal(parse('a.yaml', '--seed=7').options.seed, '7');
    assert.deepEqual(parse('a', 'b').positionals, ['a', 'b']);
  });

  const refused: ReadonlyArray<readonly [string, readonly string[], RegExp]> = [
    ['an unknown option, with the nearest', ['a', '--sede', '7'], /did you mean --seed\?/],
    ['a short option that does not exist', ['a', '-x'], /--help/],
    ['an option without its value', ['a', '--seed'], /--help/],
    ['an option that takes the next one for its value', ['a', '--seed', '--once'], /--help/],
    ['a value for a switch', ['a', '--once=yes'], /--help/],
    ['no file', [], /--help/],
    ['too many', ['a', 'b', 'c'], /--help/],
    ['a name of Object.prototype', ['a', '--constructor'], /--help/],
  ];
  for (const [what, argv, todo] of refused) {
    it(`refuse ${what}`, () => {
      assert.throws(
        () => parse(...argv),
        (error: { code: string; todo: string }) => error.code === 'bad-input' && todo.test(error.todo),
      );
    });
  }

  it('may ask for help without the rest', () => assert.equal(parse('--help').options.help, true));
});

describe('every command', () => {
  for (const name of commandNames()) {
    it(`${name} has a summary, examples, and help that names its options`, async () => {
      const loaded = await loadCommand(name);
      const help = commandHelp(name, loaded);
      assert.ok(loaded.summary.endsWith('.') && loaded.examples.length > 0);
      for (const option of Object.keys(loaded.options)) assert.ok(help.includes(`--${option}`));
      assert.ok(
        help.split('\n').every((line) => line.length <= 140),
        help,
      );
    });
  }

  it('is listed', async () => {
    const help = programHelp(commandNames().map((name) => [name, 'x']));
    for (const name of commandNames()) assert.match(help, new RegExp(`^ {2}${name} `, 'm'));
  });
});

describe('the process', () => {
  const cli = async (...argv: string[]) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    return { stdout, stderr, exitCode };
  };

  it('ends with 2 and the nearest name for an unknown command', async () => {
    const { exitCode, stderr, stdout } = await cli('strat');
    assert.equal(exitCode, 2);
    assert.match(stderr, /did you mean `faultflix start`\?/);
    assert.equal(stdout, '');
  });

  it('gives the error as JSON when asked', async () => {
    const { exitCode, stdout } = await cli('run', 'no-such-file.yaml', '--json');
    assert.equal(exitCode, 2);
    const { type, error } = JSON.parse(stdout) as { type: string; error: { code: string } };
    assert.deepEqual([type, error.code], ['error', 'bad-input']);
  });

  it('prints help on stdout and ends with 0', async () => {
    const { exitCode, stdout } = await cli('--help');
    assert.equal(exitCode, 0);
    assert.match(stdout, /Commands:/);
  });

  it('says what is wrong and how to start when no cluster is up', async () => {
    const { exitCode, stderr } = await cli('status', '--name', 'no-such-cluster');
    assert.equal(exitCode, 3);
    assert.match(stderr, /npm start/);
  });
});

describe('being asked to stop', () => {
  const asked = () => {
    const clock = fakeClock();
    const source = new EventEmitter();
    return { clock, source, stop: stopOnSignals(clock, source) };
  };

  it('is orderly first and by force later', async () => {
    const { clock, source, stop } = asked();
    source.emit('SIGINT');
    assert.deepEqual([stop.asked.aborted, stop.forced.aborted], [true, false]);
    await clock.advance(1_000);
    source.emit('SIGINT');
    assert.equal(stop.forced.aborted, true);
  });

  it('is one request when the terminal and npm both pass a Ctrl-C on', async () => {
    const { clock, source, stop } = asked();
    source.emit('SIGINT');
    await clock.advance(50);
    source.emit('SIGINT');
    assert.equal(stop.forced.aborted, false);
  });

  it('listens no more when it is over', () => {
    const { source, stop } = asked();
    stop.dispose();
    assert.equal(source.listenerCount('SIGINT'), 0);
  });
});
