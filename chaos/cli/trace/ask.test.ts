import assert from 'node:assert/strict';
import { it } from 'node:test';
import { labels } from '#base/names.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { askPods } from './ask.ts';

const pod = (name: string, namespace: string, phase = 'Running') => ({
  metadata: { name, namespace, labels: { [labels.service]: name.split('-')[0]! } },
  status: { phase },
});

it('asks every running pod of the platform, and says who did not answer', async () => {
  await using api = await fakeApi(({ url }) => {
    const namespace = url.pathname.split('/')[4]!;
    const items = namespace === 'us-east-1' ? ['gateway-a', 'catalog-a'] : namespace === 'global' ? ['router-a'] : [];
    assert.equal(url.searchParams.get('labelSelector'), `${labels.partOf}=faultflix`);
    return { items: [...items.map((name) => pod(name, namespace)), pod('playback-b', namespace, 'Pending')] };
  });
  const seen: [number, number][] = [];
  const answers = await askPods({
    cluster: {
      http: api.http,
      exec: async ({ pod: name, container, command }) => {
        assert.equal(container, 'service');
        assert.deepEqual(command, ['node', 'platform/kit/tracing/ask.ts', 'x']);
        if (name === 'catalog-a') throw new Error('it is gone');
        return JSON.stringify({ spans: [{ traceId: 'x', spanId: name }] });
      },
    },
    args: ['x'],
    onAnswer: (...progress) => void seen.push(progress),
  });
  assert.deepEqual(answers.spans.map(({ spanId, service, region }) => [spanId, service, region]).sort(), [
    ['gateway-a', 'gateway', 'us-east-1'],
    ['router-a', 'router', 'global'],
  ]);
  assert.deepEqual(answers.silent, [{ pod: 'us-east-1/catalog-a', why: 'it is gone' }]);
  assert.deepEqual(seen.at(-1), [3, 3]);
});
