import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '#base/clock.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import type { Manifest } from './manifest.ts';
import { secretManifests, servingNamespaces } from './secrets.ts';

type Stored = Map<string, Manifest>;
const keyOf = ({ metadata: { namespace, name } }: Manifest) => `${namespace}/${name}`;

/** The Secrets that a deployment makes where these exist. */
async function deployedOver(stored: Stored, clock = systemClock): Promise<Stored> {
  await using api = await fakeApi(({ url }) => {
    const [, namespace, name] = url.pathname.match(/namespaces\/([^/]+)\/secrets\/([^/]+)$/) ?? [];
    return stored.get(`${namespace}/${name}`);
  });
  return new Map((await secretManifests(api.http, clock)).map((secret) => [keyOf(secret), secret]));
}

const dataOf = (secrets: Stored, key: string) => secrets.get(key)?.data as Record<string, string>;

describe('the Secrets of a deployment', () => {
  it('give every namespace what it needs, and the key of the issuer to no other', async () => {
    const made = await deployedOver(new Map());
    for (const namespace of servingNamespaces) {
      assert.deepEqual(Object.keys(dataOf(made, `${namespace}/viewer-ca`)), ['ca.crt', 'issuer.crt', 'issuer.key']);
      assert.ok(dataOf(made, `${namespace}/play-keys`)['hmac.key']);
      assert.equal(
        Buffer.from(
          JSON.parse(Buffer.from(dataOf(made, `${namespace}/store-keys`)['keys.json']!, 'base64').toString()).keys.k1,
          'base64',
        ).length,
        32,
      );
    }
    assert.deepEqual(Object.keys(dataOf(made, 'chaos/viewer-ca')), ['ca.crt', 'prober.crt', 'prober.key']);
    assert.ok(dataOf(made, 'chaos/warden-token').token);
  });

  it('are kept when they exist', async () => {
    const first = await deployedOver(new Map());
    assert.deepEqual(await deployedOver(first), first);
  });

  it('are completed with the same values when a deployment was cut short', async () => {
    const first = await deployedOver(new Map());
    const [part] = [...first].filter(([key]) => key === `${servingNamespaces[0]}/play-keys`);
    const again = await deployedOver(new Map([part!]));
    for (const namespace of servingNamespaces) {
      assert.deepEqual(dataOf(again, `${namespace}/play-keys`), dataOf(first, `${namespace}/play-keys`));
    }
  });

  it('are of one authority: where a part lacks, all are made anew, and the root of before stays trusted', async () => {
    const first = await deployedOver(new Map());
    const missing = `${servingNamespaces[1]}/viewer-ca`;
    const again = await deployedOver(new Map([...first].filter(([key]) => key !== missing)));
    const rootsIn = (secrets: Stored, namespace: string) =>
      Buffer.from(dataOf(secrets, `${namespace}/viewer-ca`)['ca.crt']!, 'base64')
        .toString()
        .match(/-----BEGIN[\s\S]+?-----END.+/g)!;
    const [old] = rootsIn(first, 'chaos');
    for (const namespace of [...servingNamespaces, 'chaos']) {
      assert.equal(rootsIn(again, namespace).length, 2);
      assert.equal(rootsIn(again, namespace)[0], rootsIn(again, 'chaos')[0]);
      assert.equal(rootsIn(again, namespace)[1], old);
    }
  });

  it('are made anew when the certificate ends within a week', async () => {
    const first = await deployedOver(new Map());
    const late = await deployedOver(first, fakeClock(Date.now() + 360 * 24 * 3_600_000));
    const key = `${servingNamespaces[0]}/viewer-ca`;
    assert.notDeepEqual(dataOf(late, key), dataOf(first, key));
  });
});
