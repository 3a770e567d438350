/** On the embedded driver, against a stand-in that knows sessions and home rows alone. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BucketLine } from './stream.ts';
import { bucketsOf, drive, mergeOf, sumOf } from './testing/drive-process.ts';
import { startFixture } from './testing/fixture.ts';

const few = { FAULTFLIX_VIEWERS: '3', FAULTFLIX_RAMP_UP: '0s', FAULTFLIX_DURATION: '90s', FAULTFLIX_TIMEOUT: '30s' };
const looks = (buckets: readonly BucketLine[]) =>
  sumOf(buckets, ({ requests }) => (requests.browse?.ok ?? 0) + (requests.browse?.failed ?? 0));

for (const [script, expected] of [
  ['browse-heavy.ts', /^GET \/v1\/(titles|search|genres)/],
  ['prefetch-storm.ts', /^GET \/v1\/titles\/(big-buck-bunny|second)$/],
] as const)
  describe(script, () => {
    it('signs in, looks around, and reports what failed', async () => {
      const fixture = await startFixture({ routers: 1, edges: 1 });
      try {
        const run = drive([script, '--stream', '--driver', 'embedded'], { ...fixture.env, ...few });
        await run.until((lines) => looks(bucketsOf(lines)) >= 15);
        run.child.kill('SIGTERM');
        const { buckets } = await run.done;
        const seen = fixture.routers[0]!.seen;
        assert.equal(seen.filter((call) => call === 'POST /v1/session').length, 3);
        assert.ok(
          seen.some((call) => expected.test(call)),
          seen.join(),
        );
        assert.equal(
          seen.some((call) => call.startsWith('POST /v1/play')),
          false,
        );
        // The stand-in knows no title's page: each of those is a failure, and none is hidden.
        const failed = sumOf(buckets, ({ requests }) => requests.browse?.failed ?? 0);
        assert.equal(mergeOf(buckets, ({ errors }) => errors)['browse:1404'] ?? 0, failed);
        assert.ok(failed > 0);
      } finally {
        await fixture.close();
      }
    });
  });
