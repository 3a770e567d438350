/** NetworkPolicies: who reaches whom, tried by real connections from real pods. docs/security.md has the table in words. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually, type Named, type Platform, testPlatform } from './support/platform.ts';
import { probePod } from './support/pods.ts';
import { type Answer, reachScript } from './support/reach.ts';

const connecting = testPlatform();
const OUTSIDE = 'faultflix-walls';
const SCRAPER = 'faultflix-walls-scraper';

/** From, to, port, and what it comes to: one line a wall, or a door in one. */
const table: readonly (readonly [from: string, to: string, port: number, answer: Answer])[] = [
  // A pod that is nobody's: it has a network, and of the platform it sees nothing.
  ['ordinary', 'another ordinary', 8080, 'open'],
  ['another ordinary', 'ordinary', 8080, 'open'],
  ['ordinary', 'catalog', 9091, 'silent'],
  ['ordinary', 'catalog', 9094, 'silent'],
  ['ordinary', 'catalog', 19090, 'silent'],
  ['ordinary', 'catalog', 19100, 'silent'],
  ['ordinary', 'catalog', 8474, 'silent'],
  ['ordinary', 'router', 8441, 'silent'],
  ['ordinary', 'edge', 8441, 'silent'],
  ['ordinary', 'warden', 9440, 'silent'],
  ['ordinary', 'controller', 19100, 'silent'],
  // The name alone makes no warden and no service.
  ['impostor', 'catalog', 8474, 'silent'],
  ['impostor', 'catalog', 9091, 'silent'],
  ['impostor', 'warden', 9440, 'silent'],
  // A service calls through the listener of its own place, in every region, and nothing beside.
  ['catalog', 'playback', 9091, 'open'],
  ['catalog', 'playback', 9092, 'silent'],
  ['catalog', 'playback', 9094, 'silent'],
  ['catalog', 'playback', 8474, 'silent'],
  ['catalog', 'playback', 19090, 'silent'],
  ['catalog', 'playback', 19100, 'silent'],
  ['catalog', 'western catalog', 9091, 'open'],
  ['catalog', 'western catalog', 9092, 'silent'],
  ['western catalog', 'catalog', 9092, 'open'],
  ['western catalog', 'catalog', 9091, 'silent'],
  ['catalog', 'warden', 9440, 'silent'],
  ['catalog', 'controller', 19100, 'silent'],
  ['catalog', 'ordinary', 8080, 'silent'],
  ['catalog', 'the API server', 0, 'open'],
  // To itself a pod is open, admin API and inner ports included.
  ['catalog', 'catalog', 8474, 'open'],
  ['catalog', 'catalog', 19090, 'open'],
  ['playback', 'playback', 19090, 'open'],
  ['router', 'gateway', 8444, 'open'],
  ['router', 'gateway', 8441, 'silent'],
  ['router', 'ordinary', 8080, 'silent'],
  // The controller measures at listeners and processes; it acts through wardens alone.
  ['controller', 'warden', 9440, 'open'],
  ['controller', 'catalog', 9091, 'open'],
  ['controller', 'catalog', 9094, 'open'],
  ['controller', 'playback', 9092, 'open'],
  ['controller', 'playback', 9094, 'open'],
  ['controller', 'western catalog', 9092, 'open'],
  ['controller', 'gateway', 8441, 'open'],
  ['controller', 'catalog', 19100, 'open'],
  ['controller', 'playback', 19100, 'open'],
  ['controller', 'catalog', 8474, 'silent'],
  ['controller', 'ordinary', 8080, 'silent'],
  ['controller', 'the API server', 0, 'open'],
  ['warden', 'catalog', 8474, 'open'],
  ['warden', 'playback', 8474, 'open'],
  ['warden', 'catalog', 9091, 'silent'],
  ['warden', 'catalog', 19100, 'silent'],
  ['warden', 'controller', 19100, 'silent'],
  ['warden', 'ordinary', 8080, 'silent'],
  // Viewers know the front door and the edges.
  ['viewers', 'router', 8441, 'open'],
  ['viewers', 'router', 8443, 'open'],
  ['viewers', 'router', 8444, 'silent'],
  ['viewers', 'edge', 8441, 'open'],
  ['viewers', 'gateway', 8441, 'silent'],
  ['viewers', 'catalog', 9091, 'silent'],
  ['viewers', 'warden', 9440, 'silent'],
  ['viewers', 'the API server', 0, 'silent'],
  // Whoever is labelled to scrape sees metrics and no more.
  ['scraper', 'catalog', 19100, 'open'],
  ['scraper', 'controller', 19100, 'open'],
  ['scraper', 'router', 19100, 'open'],
  ['scraper', 'catalog', 9091, 'silent'],
  ['controller', 'router', 8444, 'open'],
];

describe('who reaches whom', () => {
  let platform: Platform;
  const places = new Map<string, Named & { container: string }>();
  const made: string[] = [];

  before(async () => {
    platform = await connecting;
    if (!platform.real) return;
    for (const [name, labels] of [
      [OUTSIDE, {}],
      [SCRAPER, { 'faultflix.dev/scrapes': 'metrics' }],
    ] as const) {
      const body = { metadata: { name, labels: { 'faultflix.dev/test': 'walls', ...labels } } };
      await platform.http.json({ method: 'POST', path: '/api/v1/namespaces', body });
      made.push(name);
    }
    await accountsOf(platform, made);
    const probe = async (as: string, namespace: string, labels: Record<string, string> = {}) => {
      const name = as.replaceAll(' ', '-');
      places.set(as, { ...(await platform.start(probePod({ namespace, name, labels }))), container: 'probe' });
    };
    const service = async (as: string, namespace: string, name: string, container = 'service') =>
      places.set(as, { ...(await platform.pod(namespace, name)), container });
    await Promise.all([
      probe('ordinary', OUTSIDE),
      probe('another ordinary', OUTSIDE),
      probe('impostor', OUTSIDE, {
        'app.kubernetes.io/name': 'warden',
        'app.kubernetes.io/part-of': 'faultflix',
      }),
      probe('scraper', SCRAPER),
      probe('viewers', 'chaos', { 'app.kubernetes.io/name': 'load' }),
      ...['catalog', 'playback', 'gateway', 'edge'].map((name) => service(name, 'us-east-1', name)),
      service('western catalog', 'us-west-2', 'catalog'),
      service('router', 'global', 'router'),
      service('controller', 'chaos', 'controller', 'controller'),
      service('warden', 'chaos', 'warden', 'warden'),
    ]);
  });
  after(async () => {
    for (const name of made) await platform.http.json({ method: 'DELETE', path: `/api/v1/namespaces/${name}` });
  });

  test('every deny has an allow twin: a port that is shut to one is open to another', () => {
    for (const [from, to, port, answer] of table) {
      if (answer !== 'silent') continue;
      const twin = table.some((other) => other[1] === to && other[2] === port && other[3] === 'open');
      assert.ok(twin, `nothing shows that ${to}:${port} answers at all, so its silence to ${from} says nothing`);
    }
  });

  for (const from of new Set(table.map(([name]) => name)))
    test(`from ${from}`, async (t) => {
      if (!platform.real)
        return t.skip('pods of the local cluster share the host’s loopback: there are no walls to try');
      const cases = table.filter(([name]) => name === from);
      const address = (to: string, port: number) =>
        to === 'the API server' ? '$API:$PORT' : `${places.get(to)!.ip}:${port}`;
      const script = reachScript(cases.map(([, to, port]) => address(to, port)));
      const source = places.get(from)!;
      const answers = JSON.parse(await platform.node(source, source.container, script)) as Answer[];
      assert.deepEqual(
        cases.map(([, to, port], index) => `${to}:${port} ${answers[index]}`),
        cases.map(([, to, port, answer]) => `${to}:${port} ${answer}`),
      );
    });
});

/** A pod can be made in a namespace once its default account is there. */
async function accountsOf({ http }: Platform, namespaces: readonly string[]): Promise<void> {
  for (const namespace of namespaces)
    await eventually(`the account of ${namespace}`, () =>
      http.json({ path: `/api/v1/namespaces/${namespace}/serviceaccounts/default` }).catch(() => undefined),
    );
}
