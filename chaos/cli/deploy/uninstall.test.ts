import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fakeApi } from '../testing/fake-api.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { appliedTo, removeAll } from './uninstall.ts';

const ours = { 'app.kubernetes.io/part-of': 'faultflix' };
const byUs = [{ manager: 'faultflix', operation: 'Apply' }];
const object = (name: string, managedFields: readonly unknown[] = byUs) => ({
  metadata: { name, uid: `uid-${name}`, resourceVersion: '1', labels: ours, managedFields },
});
const manifests = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'global' } }];
const kinds = { resources: [{ name: 'namespaces', kind: 'Namespace', namespaced: false }] };

/** A cluster with these namespaces; `stubborn` ones never go. */
const cluster = (names: readonly string[], stubborn = false) => {
  const there = new Map(
    [...names.map((name) => object(name)), object('by-hand', [{ manager: 'kubectl', operation: 'Apply' }])].map(
      (each) => [each.metadata.name, each],
    ),
  );
  const deleted: unknown[] = [];
  const api = fakeApi(({ method, url, body, response }) => {
    if (url.pathname === '/api/v1') return kinds;
    if (method === 'DELETE') {
      const name = url.pathname.split('/').at(-1)!;
      deleted.push([name, JSON.parse(body).preconditions.uid]);
      if (!stubborn) there.delete(name);
      return {};
    }
    if (url.searchParams.has('watch')) {
      response.writeHead(200).flushHeaders();
      return 'written';
    }
    return { metadata: { resourceVersion: '1' }, items: [...there.values()] };
  });
  return { api, deleted };
};

describe('taking off', () => {
  it('deletes what was applied, by its uid, and not what only has the label', async () => {
    const { api, deleted } = cluster(['global', 'chaos']);
    await using fake = await api;
    const applied = await appliedTo(fake.http, manifests);
    assert.deepEqual(
      applied.map(({ name }) => name),
      ['global', 'chaos'],
    );
    const left: number[] = [];
    await removeAll(applied, {
      http: fake.http,
      clock: fakeClock(),
      timeoutMs: 60_000,
      signal: new AbortController().signal,
      onLeft: (all) => left.push(all.length),
    });
    assert.deepEqual(deleted, [
      ['global', 'uid-global'],
      ['chaos', 'uid-chaos'],
    ]);
    assert.equal(left.at(-1), 0);
  });

  it('says what is not gone in time', async () => {
    const { api } = cluster(['global'], true);
    await using fake = await api;
    const applied = await appliedTo(fake.http, manifests);
    const options = { http: fake.http, clock: fakeClock(), timeoutMs: 300, signal: new AbortController().signal };
    await assert.rejects(removeAll(applied, { ...options, onLeft: () => undefined }), {
      code: 'residue',
      received: 'Namespace global',
    });
  });

  it('has nothing to do where nothing was applied', async () => {
    const { api } = cluster([]);
    await using fake = await api;
    assert.deepEqual(await appliedTo(fake.http, manifests), []);
  });
});
