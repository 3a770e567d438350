/** A leader in the wrong place hands leadership over, on real members. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { systemClock } from '#base/clock.ts';
import { regions } from '#base/names.ts';
import { StaticEndpoints } from '#kit/testing/static-endpoints.ts';
import { keepLeaderNear } from '#platform/services/store/leadership.ts';
import { asking } from '#platform/services/store/membership.ts';
import { methods, type StatusAnswer } from '#platform/stores/engines/etcd/protocol.ts';
import { etcdBinary, Trio } from './trio.ts';

const binary = etcdBinary();

it('a leader far away hands over to the nearest member', { skip: binary ? false : 'no etcd' }, async (t) => {
  const trio = await Trio.start(binary!);
  t.after(() => trio.stop());
  const at = (index: number) => ({ host: '127.0.0.1', port: trio.port(index) });
  const statusOf = (index: number) =>
    asking(at(index), (member) => member.call<StatusAnswer>(methods.status, {}, 5_000));
  const statuses = await Promise.all([0, 1, 2].map(statusOf));
  const ids = statuses.map(({ header }) => header.member_id);
  const leader = ids.indexOf(statuses[0]!.leader);
  const far = regions.indexOf('ap-south-1');
  if (leader !== far)
    await asking(at(leader), (member) => member.call(methods.moveLeader, { targetID: ids[far] }, 5_000));
  assert.equal((await statusOf(far)).leader, ids[far]);

  const everyone = new StaticEndpoints(
    'store',
    [0, 1, 2].map((index) => ({ id: `m${index}`, port: trio.port(index), region: regions[index]! })),
  );
  const ended = new AbortController();
  const moved = new Promise<string>((resolve) => {
    for (const [index, region] of regions.entries())
      void keepLeaderNear({
        at: at(index),
        region,
        others: () => everyone.list().filter(({ port }) => port !== trio.port(index)),
        clock: systemClock,
        signal: ended.signal,
        onMoved: resolve,
      });
  });
  assert.match(await moved, /^us-east-1\./);
  ended.abort();
  assert.equal((await statusOf(0)).leader, ids[0]);
});
