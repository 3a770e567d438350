import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { help, parseCommand } from './command-line.ts';
import { imageNames } from './image.ts';

describe('the command line of images', () => {
  it('makes all images when none is named, and none of the tests', () => {
    assert.deepEqual(parseCommand([]).images, imageNames);
  });

  it('makes those that are named, each once', () => {
    assert.deepEqual(parseCommand(['pause', 'shell', 'pause']).images, ['pause', 'shell']);
  });

  it('reads what is to be done with them', () => {
    const command = parseCommand([
      '--load',
      'containerd',
      '--address',
      '/a.sock',
      '--namespace',
      'n',
      '--out',
      'o',
      '--json',
    ]);
    const { load, address, namespace, out, json } = command;
    assert.deepEqual(
      { load, address, namespace, out, json },
      { load: 'containerd', address: '/a.sock', namespace: 'n', out: 'o', json: true },
    );
  });

  it("is the kubelet's namespace and kind's own cluster when nothing is said", () => {
    const { namespace, cluster, load } = parseCommand([]);
    assert.deepEqual({ namespace, cluster, load }, { namespace: 'k8s.io', cluster: 'kind', load: undefined });
  });

  const bad: Record<string, readonly string[]> = {
    'an image that does not exist': ['platfrom'],
    'a place that does not exist': ['--load', 'podman'],
    'an option that does not exist': ['--push'],
    'an address for nothing': ['--address', '/a.sock'],
    'an address for kind': ['--load', 'kind', '--address', '/a.sock'],
    'an empty folder': ['--out', ''],
    'an option without its value': ['--load'],
  };
  for (const [what, argv] of Object.entries(bad)) {
    it(`refuses ${what}, and says what would be right`, () => {
      assert.throws(() => parseCommand(argv), { code: 'bad-input', expected: /./, received: /./, todo: /--help/ });
    });
  }

  it('explains every option', () => {
    for (const name of ['load', 'address', 'namespace', 'cluster', 'out', 'context', 'json', 'help']) {
      assert.match(help, new RegExp(`^  --${name}\\b`, 'm'));
    }
  });
});
