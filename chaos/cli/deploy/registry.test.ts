import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { needsOf } from '../preflight/needs.ts';
import { repository } from '../repository.ts';
import { lackedBy } from './lacking-images.ts';
import { parseManifests } from './manifest.ts';
import { checkRegistry, withRegistry } from './registry.ts';

const file = 'k8s/rendered/local.yaml';
const manifests = parseManifests(await readFile(join(repository, file), 'utf8'), file);

describe('a registry', () => {
  it('is in every image, that of the load Job among them, and nowhere else', () => {
    const before = needsOf(manifests).images;
    assert.ok(before.includes('faultflix.local/load:dev'));
    const moved = withRegistry(manifests, 'ghcr.io/me');
    assert.deepEqual(
      needsOf(moved).images,
      before.map((image) => image.replace('faultflix.local', 'ghcr.io/me')),
    );
    const back = JSON.stringify(moved).replaceAll('ghcr.io/me/', 'faultflix.local/');
    assert.deepEqual(JSON.parse(back), JSON.parse(JSON.stringify(manifests)));
    assert.ok(!JSON.stringify(moved).includes('faultflix.local/'));
  });

  it('does not touch images of others', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: { containers: [{ image: 'busybox' }] },
    };
    assert.deepEqual(withRegistry([pod], 'ghcr.io/me'), [pod]);
  });

  for (const prefix of ['ghcr.io/me', 'localhost:5000', '123456789012.dkr.ecr.eu-central-1.amazonaws.com/a/b-c', 'r'])
    it(`may be ${prefix}`, () => checkRegistry(prefix));
  for (const prefix of ['https://ghcr.io/me', 'ghcr.io/me/', 'ghcr.io/Me', 'a b', '/me', 'ghcr.io/me:dev', 'a:b/c'])
    it(`is never ${prefix}`, () => assert.throws(() => checkRegistry(prefix), { code: 'bad-input' }));
});

describe('an image that no waiting brings', () => {
  const pod = (image: string, reason: string) => ({
    metadata: { name: 'p', namespace: 'n' },
    spec: { nodeName: 'a' },
    status: { initContainerStatuses: [{ image, state: { waiting: { reason } } }] },
  });
  const cases: ReadonlyArray<readonly [string, string, boolean]> = [
    ['faultflix.local/toxiproxy:dev', 'ErrImagePull', true],
    ['faultflix.local/toxiproxy:dev', 'ImagePullBackOff', true],
    ['ghcr.io/me/toxiproxy:dev', 'ErrImageNeverPull', true],
    ['ghcr.io/me/toxiproxy:dev', 'InvalidImageName', true],
    ['ghcr.io/me/toxiproxy:dev', 'ErrImagePull', false],
    ['faultflix.local/toxiproxy:dev', 'ContainerCreating', false],
  ];
  for (const [image, reason, final] of cases)
    it(`${reason} of ${image}: ${final ? 'yes' : 'no'}`, () =>
      assert.deepEqual(lackedBy(pod(image, reason)), final ? [`${image} on a: ${reason}`] : []));
});
