import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Fixture, startFixture, type Treatment } from '../testing/fixture.ts';
import { runScript } from '../testing/run-script.ts';
import { serveFixture } from '../testing/serve-process.ts';

interface Seen {
  readonly status: number;
  readonly error: string;
  readonly error_code: number;
  readonly body: string | null;
  readonly headers: Record<string, string>;
  readonly timings: Record<string, number>;
}

describe('http.asyncRequest over HTTPS', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture({ routers: 1, edges: 1 });
  });
  after(() => fixture.close());

  /** Makes the request as a script does; the script hands the response back as JSON. */
  async function request(path: string, { params = '{}', env = fixture.env as Record<string, string>, times = 1 } = {}) {
    const edge = fixture.edges[0]!;
    const url = path.startsWith('https:') ? path : edge.url + path;
    const run = await runScript(
      `import http from 'k6/http';
       export const options = { iterations: ${times} };
       export default async function () {
         const r = await http.asyncRequest('GET', '${url}', null, ${params});
         const { status, error, error_code, body, headers, timings } = r;
         console.log(JSON.stringify({ status, error, error_code, body, headers, timings }));
       }`,
      { env },
    );
    assert.equal(run.exitCode, 0, `${run.reason} ${run.printed}`);
    return { run, seen: run.printed.map((line) => JSON.parse(line) as Seen) };
  }

  it('gives body, headers in Go’s form, timings, and keeps the connection', async () => {
    const { run, seen } = await request('/v1/t/s/t/master.m3u8', {
      params: `{ tags: { name: 'manifest' } }`,
      times: 3,
    });
    const [first, second] = seen;
    assert.deepEqual([first?.status, first?.error, first?.error_code], [200, '', 0]);
    assert.match(first?.body ?? '', /^#EXTM3U/);
    assert.equal(first?.headers['Content-Type'], 'application/vnd.apple.mpegurl');
    assert.ok(first!.timings.connecting! > 0 && first!.timings.tls_handshaking! > 0);
    assert.deepEqual([second?.timings.connecting, second?.timings.tls_handshaking], [0, 0]);
    const { sending, waiting, receiving, duration } = first!.timings;
    assert.ok(Math.abs(sending! + waiting! + receiving! - duration!) < 0.01);
    assert.equal(run.sum('http_reqs'), 3);
    assert.equal(run.sum('http_req_failed'), 0);
    assert.equal(run.sum('data_received'), 3 * Number(first?.headers['Content-Length']));
    const tags = run.samples.find(({ metric }) => metric === 'http_reqs')!.tags;
    assert.deepEqual(
      [tags.name, tags.url, tags.status, tags.method, tags.expected_response],
      ['manifest', 'manifest', '200', 'GET', 'true'],
    );
  });

  it('drops bodies on request', async () => {
    const { seen } = await request('/v1/t/s/t/seg-240-1.m4s', { params: `{ responseType: 'none' }` });
    assert.equal(seen[0]?.body, null);
    assert.equal(seen[0]?.headers['Content-Length'], '32500');
  });

  const path = '/v1/t/s/t/seg-240-1.m4s';
  const failures: [name: string, treatment: Treatment, status: number, code: number, params?: string][] = [
    ['a status from 400 on', { fail: 503 }, 503, 1503],
    ['no answer in time', 'hang', 0, 1050, `{ timeout: 100 }`],
    ['an answer too late', { afterMs: 2_000 }, 0, 1050, `{ timeout: '100ms' }`],
    ['a connection that dies before the answer', 'reset', 0, 1000],
    ['an answer that breaks off', 'truncate', 0, 1000],
  ];
  const treat = (treatment: Treatment) => {
    fixture.edges[0]!.treat = () => treatment;
  };
  for (const [name, treatment, status, code, params = '{}'] of failures) {
    it(`reports ${name}`, async () => {
      treat(treatment);
      const { run, seen } = await request(path, { params });
      assert.equal(seen[0]?.status, status);
      assert.ok(
        code === 1000 ? [1000, 1220].includes(seen[0]!.error_code) : seen[0]?.error_code === code,
        JSON.stringify(seen),
      );
      assert.equal(run.sum('http_req_failed'), 1);
      const tags = run.samples.find(({ metric }) => metric === 'http_req_failed')!.tags;
      assert.equal(tags.error_code, String(seen[0]?.error_code));
      treat('serve');
    });
  }

  it('reports a refused connection', async () => {
    const { seen } = await request('https://127.0.0.1:1/');
    assert.deepEqual([seen[0]?.status, seen[0]?.error_code], [0, 1212]);
  });

  it('does not trust a server whose CA it was not given', async () => {
    const { run, seen } = await request(path, { env: {} });
    assert.deepEqual([seen[0]?.status, seen[0]?.error_code], [0, 1310]);
    assert.equal(run.sum('http_req_failed'), 1);
  });

  it('refuses a CA file that is not there', async () => {
    const run = await runScript(`export default async function () {}`, { env: { SSL_CERT_FILE: '/no/such/file' } });
    assert.deepEqual(
      [run.exitCode, run.error?.code, run.error?.where],
      [2, 'bad-input', 'SSL_CERT_FILE=/no/such/file'],
    );
  });

  it('judges by the statuses that the script expects', async () => {
    treat({ fail: 404 });
    const run = await runScript(
      `import http from 'k6/http';
       export const options = { iterations: 1 };
       export default async function () {
         const url = '${fixture.edges[0]!.url}/x';
         await http.asyncRequest('GET', url, null, { responseCallback: http.expectedStatuses(404, { min: 200, max: 299 }) });
         http.setResponseCallback(null);
         await http.asyncRequest('GET', url);
       }`,
      { env: fixture.env },
    );
    treat('serve');
    assert.equal(run.sum('http_reqs'), 2);
    assert.deepEqual(
      run.samples.filter(({ metric }) => metric === 'http_req_failed').map(({ value }) => value),
      [0],
    );
  });

  it('makes a request again that found its kept-alive connection closed, when that is safe', async () => {
    const edge = fixture.edges[0]!;
    const before = edge.seen.length;
    // The second request's connection dies without a byte of an answer, as one that the server had just given up.
    edge.treat = ({ count }) => (count === before + 2 ? 'reset' : 'serve');
    const { run, seen } = await request(path, { times: 2 });
    edge.treat = () => 'serve';
    assert.deepEqual(
      seen.map(({ status }) => status),
      [200, 200],
    );
    assert.equal(edge.seen.length - before, 3);
    assert.equal(run.sum('http_reqs'), 2);
  });

  it('blocks in setup and teardown, alone and in batches', async () => {
    // In a process of its own: this one stands still meanwhile.
    const served = await serveFixture();
    const url = served.env.FAULTFLIX_ROUTERS!.split(',')[0];
    const run = await runScript(
      `import http from 'k6/http';
       export const options = { iterations: 1 };
       export function setup() {
         const [a, b] = http.batch(['${url}/v1/t/s/t/master.m3u8', ['GET', '${url}/nothing']]);
         const { one } = http.batch({ one: { method: 'GET', url: 'https://127.0.0.1:1/' } });
         return [http.get('${url}/v1/t/s/t/master.m3u8').body === a.body, a.status, b.status, one.error_code];
       }
       export default async function (data) { console.log(JSON.stringify(data)); }
       export function teardown() { console.log(http.post('${url}/nothing', { a: 'b' }).status); }`,
      { env: served.env },
    );
    await served.stop();
    assert.deepEqual([run.exitCode, run.printed], [0, ['[true,200,401,1212]', '401']], run.reason ?? '');
    assert.equal(run.sum('http_reqs'), 5);
    const groups = new Set(run.samples.filter(({ metric }) => metric === 'http_reqs').map(({ tags }) => tags.group));
    assert.deepEqual([...groups], ['::setup', '::teardown']);
  });

  it('sends bodies, form data and headers', async () => {
    const run = await runScript(
      `import http from 'k6/http';
       export const options = { iterations: 1 };
       export default async function () {
         const url = '${fixture.routers[0]!.url}';
         const session = await http.asyncRequest('POST', url + '/v1/session', JSON.stringify({ device: 'tv', home: 'us-east-1' }));
         const headers = { Authorization: 'Bearer ' + session.json().playToken, 'Idempotency-Key': 'k' };
         const play = await http.asyncRequest('POST', url + '/v1/play', JSON.stringify({ titleId: 'x' }), { headers });
         console.log(play.json().playback, play.request.method);
       }`,
      { env: fixture.env },
    );
    assert.deepEqual(run.printed, ['playback-1 POST']);
  });
});
