import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Container, Pod } from '../types.ts';
import { asksForIdentity, becoming, identityOf } from './identity.ts';

const podOf = (securityContext?: object) =>
  ({ metadata: { name: 'p', namespace: 'n', uid: 'u' }, spec: { securityContext, containers: [] } }) as unknown as Pod;
const containerOf = (securityContext?: object) => ({ name: 'main', securityContext }) as unknown as Container;

describe('whom a container runs as', () => {
  it('its own context before its pod’s, the image’s user where neither says', () => {
    const pod = podOf({ runAsUser: 1, runAsGroup: 2, supplementalGroups: [3], fsGroup: 4 });
    assert.deepEqual(identityOf(pod, containerOf({ runAsUser: 9 }), 0), { uid: 9, gid: 2, groups: [4, 3] });
    assert.deepEqual(identityOf(podOf(), containerOf(), 77), { uid: 77, gid: 0, groups: [] });
  });

  it('refuses root where root must not be, and lets others be', () => {
    assert.throws(() => identityOf(podOf({ runAsNonRoot: true }), containerOf(), 0), /image will run as root/);
    const asked = containerOf({ runAsNonRoot: true, runAsUser: 0 });
    assert.throws(() => identityOf(podOf({ runAsUser: 5 }), asked, 7), /breaks non-root policy/);
    assert.equal(identityOf(podOf({ runAsNonRoot: true }), containerOf({ runAsUser: 5 }), 0).uid, 5);
    assert.equal(identityOf(podOf({ runAsNonRoot: true }), containerOf({ runAsNonRoot: false }), 0).uid, 0);
    assert.equal(identityOf(podOf({ runAsNonRoot: true }), containerOf(), 10_001).uid, 10_001);
  });

  it('asks for nobody unless somebody is named', () => {
    assert.equal(asksForIdentity(podOf({ runAsNonRoot: true }), containerOf({ readOnlyRootFilesystem: true })), false);
    assert.equal(asksForIdentity(podOf(), containerOf({ runAsUser: 0 })), true);
    assert.equal(asksForIdentity(podOf({ fsGroup: 1 }), containerOf()), true);
  });

  it('becomes it with all groups, and with none of the kubelet’s own', () => {
    assert.deepEqual(becoming({ uid: 1, gid: 2, groups: [3, 4] }), [
      'setpriv',
      '--reuid=1',
      '--regid=2',
      '--groups=3,4',
      '--',
    ]);
    assert.ok(becoming({ uid: 1, gid: 2, groups: [] }).includes('--clear-groups'));
  });
});
