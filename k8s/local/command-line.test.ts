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

test('real nodes: how many, with which images, and the tools that they need', () => {
  const six = parseCommand(['up', '--nodes', 'containerd']);
  assert.ok(six.verb === 'up' && six.realNodes?.count === 6 && six.tools.includes('kubelet'));
  const two = parseCommand([
    'up',
    '--nodes',
    'containerd',
    '--node-count',
    '2',
    '--image',
    'a.tar',
    '--image',
    'b.tar',
  ]);
  assert.deepEqual(two.verb === 'up' && two.realNodes, { count: 2, archives: ['a.tar', 'b.tar'] });
  const local = parseCommand(['up', '--nodes', 'local']);
  assert.ok(local.verb === 'up' && local.realNodes === undefined && !local.tools.includes('kubelet'));
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
  refuses(['up', '--nodes', 'docker'], /docker.*local, containerd/);
  refuses(['up', '--node-count', '2'], /--node-count.*containerd/);
  refuses(['up', '--image', 'a.tar'], /--image.*containerd/);
  refuses(['up', '--nodes', 'containerd', '--no-kubelet'], /--no-kubelet/);
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
