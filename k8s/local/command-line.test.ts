import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { parseCommand } from './command-line.ts';
import { clusterPlace } from './supervisor/state-dir.ts';

const refuses = (args: string[], pattern: RegExp) =>
  assert.throws(
    () => parseCommand(args),
    (error) =>
      error instanceof FaultflixError &&
      error.code === 'bad-input' &&
      pattern.test(`${error.message} ${error.expected}`),
  );

test('the commands', () => {
  assert.deepEqual(parseCommand(['down']), { verb: 'down', name: 'default' });
  assert.deepEqual(parseCommand(['tools', '--json', 'kubectl']), { verb: 'tools', tools: ['kubectl'] });
  const up = parseCommand(['up', '--name', 'two']);
  assert.equal(up.verb === 'up' && up.name, 'two');
  assert.ok(up.verb === 'up' && !up.tools.includes('kubectl'), 'kubectl is not built for a start');
});

test("kubectl's flags are kubectl's", () => {
  const args = ['get', 'pods', '--name', 'x', '-A', '--', '--help'];
  assert.deepEqual(parseCommand(['kubectl', ...args]), { verb: 'kubectl', name: 'default', args });
  assert.deepEqual(parseCommand(['kubectl', '--name', 'two', 'get']), { verb: 'kubectl', name: 'two', args: ['get'] });
});

test('what is refused', () => {
  refuses([], /no command/);
  refuses(['upp'], /no such command: upp.*up, down/);
  refuses(['up', '--nmae', 'x'], /--nmae.*--name/);
  refuses(['up', 'x'], /x/);
  refuses(['tools', 'docker'], /docker.*etcd/);
});

test('names that could leave the folder, or not be one', () => {
  for (const name of ['', '..', 'a/b', 'A', '-a', 'a-', 'a'.repeat(33), 'a\0']) {
    assert.throws(
      () => clusterPlace(name),
      (error) => error instanceof FaultflixError && error.code === 'bad-input',
    );
  }
  assert.match(clusterPlace('a-1').stateDir, /faultflix-\d+\/a-1$/);
});
