/** PodDisruptionBudgets: the eviction API lets the second of two go only when the first is back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOf, eventually, type Named, testPlatform } from './support/platform.ts';

const connecting = testPlatform();

for (const [namespace, service] of [
  ['us-east-1', 'playback'],
  ['global', 'router'],
  ['chaos', 'controller'],
] as const)
  test(`of two pods of ${namespace}/${service} the second is not evicted before the first is back`, async () => {
    const platform = await connecting;
    const evict = ({ name }: Named) =>
      answerOf(platform.http, {
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/pods/${name}/eviction`,
        body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } },
      });
    /** Both are there and the budget knows it. */
    const whole = () =>
      eventually(`two pods of ${service} and a budget that allows one`, async () => {
        const pods = await platform.pods(namespace, service);
        const { status } = await platform.http.json<{ status: { disruptionsAllowed: number; currentHealthy: number } }>(
          {
            path: `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/${service}`,
          },
        );
        return pods.length === 2 && status.disruptionsAllowed === 1 ? pods : undefined;
      });
    const [first, second] = await whole();
    assert.equal((await evict(first!)).status, 200);
    const refused = await evict(second!);
    assert.equal(refused.status, 429, refused.message);
    assert.match(refused.message, /disruption budget/);
    const again = await whole();
    assert.ok(
      again.some(({ name }) => name === second!.name),
      'the second was left alone',
    );
    assert.equal((await evict(second!)).status, 200, 'once the first is back');
    await whole();
  });
