import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Image } from '../images.ts';
import { commandPrefix } from './pod-access.ts';
import type { Container, Pod } from './types.ts';

const podOf = (securityContext: object) =>
  ({ metadata: { name: 'p', namespace: 'n', uid: 'u' }, spec: { securityContext, containers: [] } }) as unknown as Pod;
const container = { name: 'main' } as Container;
const USER = 1_000;
const everybodys: Image = { entryPoint: [], env: {}, anyUser: true };
const operators: Image = { entryPoint: ['node'], env: {}, uid: 10_001 };

describe('the user of a container', () => {
  it('is refused to a container that asks for one where an ordinary user runs the cluster', () => {
    for (const asked of [{ runAsUser: 5 }, { fsGroup: 5 }, { supplementalGroups: [5] }])
      assert.throws(() => commandPrefix(podOf(asked), container, everybodys, USER), /is run by user 1000/);
    assert.deepEqual(commandPrefix(podOf({}), container, everybodys, USER), []);
  });

  it('is always the operator for images whose programs are the operator’s files', () => {
    assert.deepEqual(
      commandPrefix(podOf({ runAsNonRoot: true, runAsUser: 5, fsGroup: 5 }), container, operators, USER),
      [],
    );
    assert.throws(() => commandPrefix(podOf({ runAsNonRoot: true }), container, everybodys, USER), /will run as root/);
  });

  it('is become by a command of its own where root runs it', () => {
    const prefix = commandPrefix(podOf({ runAsUser: 5 }), container, everybodys, 0);
    assert.deepEqual([prefix[0], prefix.at(-1)], ['setpriv', '--']);
  });
});
