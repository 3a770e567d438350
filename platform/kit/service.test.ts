/** A whole service process with the real Toxiproxy as its sidecar. */
import assert from 'node:assert/strict';
import { Agent, request as httpsRequest } from 'node:https';
import { after, before, describe, it } from 'node:test';
import { Metadata } from '@grpc/grpc-js';
import { innerPorts, listener, type Place } from '#base/names.ts';
import { catalog } from '#contracts/catalog.ts';
import { GrpcConnection } from './grpc/connection.ts';
import { loadMethods } from './grpc/proto.ts';
import { ToxiproxyAdmin } from './mesh/toxiproxy-admin.ts';
import { TestPod } from './testing/pod.ts';
import { until } from './testing/processes.ts';
import { full } from './testing/static-endpoints.ts';
import { toxiproxyBinary } from './testing/toxiproxy.ts';

const sidecar = toxiproxyBinary();
const getTitle = loadMethods(catalog).find(({ name }) => name === 'getTitle')!.definition;

describe('a service process', { skip: sidecar === undefined && 'no toxiproxy-server: npm start makes it' }, () => {
  let pod: TestPod;
  before(async () => {
    pod = await TestPod.start({ sidecar: sidecar! });
  });
  after(() => pod?.stop());

  async function callFrom(place: Place, id = 'a'): Promise<{ ms: number; name: string }> {
    const { port } = listener('grpc', place);
    const connection = new GrpcConnection(
      full('catalog', { id: 'x', host: pod.host, port }),
      await pod.certificatesOf(),
    );
    const call = {
      method: getTitle,
      request: { id },
      metadata: new Metadata(),
      deadlineAtMs: undefined,
      signal: undefined,
    };
    try {
      await connection.unary(call); // connects
      const startedMs = performance.now();
      const answer = (await connection.unary(call)) as { title: { name: string } };
      return { ms: performance.now() - startedMs, name: answer.title.name };
    } finally {
      connection.retire();
    }
  }

  function https(path: string, { body, headers = {} }: { body?: string; headers?: Record<string, string> } = {}) {
    const agent = new Agent({ ca: pod.ca });
    return new Promise<{ status: number; json: Record<string, unknown> }>((resolve, reject) => {
      const { port } = listener('https', 'global');
      const method = body === undefined ? 'GET' : 'POST';
      const sent = httpsRequest({ host: pod.host, port, path, agent, method, headers }, async (response) => {
        let text = '';
        for await (const part of response) text += part;
        agent.destroy();
        resolve({ status: response.statusCode!, json: JSON.parse(text) });
      });
      sent.once('error', reject);
      sent.end(body);
    });
  }

  it('answers its own region without distance and another at least that far away', async () => {
    const near = await callFrom('us-east-1');
    const far = await callFrom('us-west-2');
    assert.equal(near.name, 'catalog-1');
    assert.ok(far.ms >= 65, `a round trip of 65 ms took ${far.ms}`);
    const proxies = await new ToxiproxyAdmin({ host: pod.host, port: innerPorts.toxiproxy }).proxies();
    const toxicsFrom = (place: Place) => proxies[listener('grpc', place).name]?.toxics.map(({ type }) => type);
    assert.deepEqual(toxicsFrom('us-east-1'), []);
    assert.deepEqual(toxicsFrom('us-west-2'), ['latency', 'latency']);
  });

  it('serves HTTPS that the root vouches for, with what travels', async () => {
    const baggage = 'session=s%201,priority=prefetch';
    const { status, json } = await https('/who', { headers: { baggage } });
    assert.deepEqual(
      { status, json },
      { status: 200, json: { pod: 'catalog-1', session: 's 1', priority: 'prefetch' } },
    );
    const headers = { baggage, 'content-type': 'application/json' };
    const echoed = await https('/echo', { body: '{"a":1}', headers });
    assert.deepEqual(echoed.json, { body: { a: 1 }, session: 's 1' });
  });

  it('answers what is not there, and no JSON, with an error that says so', async () => {
    const { status, json } = await https('/nope');
    assert.equal(status, 404);
    assert.equal((json.error as { code: string }).code, 'not-found');
    const bad = await https('/echo', { body: '{', headers: { 'content-type': 'application/json' } });
    assert.equal(bad.status, 400);
    assert.equal((bad.json.error as { code: string }).code, 'bad-input');
  });

  it('answers nobody in plaintext, nor a service that is not to call it', async () => {
    const { port } = listener('grpc', 'us-east-1');
    const endpoint = full('catalog', { id: 'x', host: pod.host, port });
    const ask = async (connection: GrpcConnection) => {
      const rest = { metadata: new Metadata(), deadlineAtMs: undefined, signal: undefined };
      try {
        return await connection.unary({ method: getTitle, request: { id: 'a' }, ...rest });
      } finally {
        connection.retire();
      }
    };
    await assert.rejects(ask(new GrpcConnection(endpoint)), { code: 'unavailable' });
    const edge = await pod.certificatesOf({ service: 'edge', region: 'us-east-1' });
    await assert.rejects(ask(new GrpcConnection(endpoint, edge)), { code: 'forbidden' });
    const { body } = await pod.ops('/metrics');
    assert.match(body, /^faultflix_peers_refused_total\{protocol="grpc",because="handshake"\} [1-9]/m);
    assert.match(body, /^faultflix_peers_refused_total\{protocol="grpc",because="not-allowed"\} 1$/m);
  });

  it('shows metrics of itself and of its calls', async () => {
    await callFrom('us-east-1');
    const { body } = await pod.ops('/metrics');
    assert.match(body, /^process_cpu_seconds_total /m);
    assert.match(
      body,
      /^faultflix_server_call_duration_seconds_count\{protocol="grpc",method="getTitle",outcome="ok"\} \d/m,
    );
  });

  it('is not ready while its sidecar is dead, and makes the mesh again when that is back', async () => {
    const admin = new ToxiproxyAdmin({ host: pod.host, port: innerPorts.toxiproxy });
    await pod.killSidecar();
    await until(async () => (await pod.ops('/readyz')).status === 503, 'not ready');
    assert.match((await pod.ops('/readyz')).body, /mesh/);
    await pod.startSidecar();
    await until(async () => (await pod.ops('/readyz')).status === 200, 'ready again');
    const proxies = await admin.proxies();
    assert.equal(Object.keys(proxies).length, 8);
    assert.ok(Object.values(proxies).every(({ enabled }) => enabled));
    assert.ok((await callFrom('ap-south-1')).ms >= 200);
  });

  it('on SIGTERM serves on for a while, answers what is in flight, and exits 0', async () => {
    const { port } = listener('grpc', 'us-east-1');
    const connection = new GrpcConnection(
      full('catalog', { id: 'x', host: pod.host, port }),
      await pod.certificatesOf(),
    );
    const call = (id: string) =>
      connection.unary({
        method: getTitle,
        request: { id },
        metadata: new Metadata(),
        deadlineAtMs: undefined,
        signal: undefined,
      });
    await call('a');
    const exit = new Promise<number | null>((resolve) => pod.child.once('exit', resolve));
    pod.child.kill('SIGTERM');
    await until(async () => (await pod.ops('/readyz')).status === 503, 'not ready');
    await call('still served');
    await call(`slow-1500`); // begun before the door closes, answered after
    connection.retire();
    assert.equal(await exit, 0);
  });
});
