import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EndpointSlice, endpointsOf } from './slices.ts';

type Conditions = { ready?: boolean; serving?: boolean; terminating?: boolean };
const pod = (uid: string, conditions: Conditions = { ready: true }) => ({
  addresses: [`10.1.1.${uid.length}`],
  conditions,
  nodeName: 'node-1',
  zone: 'us-east-1a',
  targetRef: { uid },
});

function slice(
  endpoints: EndpointSlice['endpoints'],
  { namespace = 'us-east-1', service = 'catalog', name = 's' } = {},
) {
  return {
    metadata: { name, namespace, uid: name, resourceVersion: '1', labels: { 'kubernetes.io/service-name': service } },
    ports: [
      { name: 'grpc-from-us-east-1', port: 9091 },
      { name: 'grpc-from-global', port: 9094 },
    ],
    ...(endpoints === undefined ? {} : { endpoints }),
  } satisfies EndpointSlice;
}

const query = { service: 'catalog', protocol: 'grpc', from: 'us-east-1', env: {} } as const;

describe('endpoint slices', () => {
  it('give the port of the callers’ place, and the address at which this machine reaches it', () => {
    assert.deepEqual(endpointsOf([slice([pod('a')])], { ...query, env: { FAULTFLIX_NETWORK: 'loopback' } }), [
      {
        id: 'a@127.1.1.1:9091',
        service: 'catalog',
        region: 'us-east-1',
        node: 'node-1',
        zone: 'us-east-1a',
        podIp: '10.1.1.1',
        host: '127.1.1.1',
        port: 9091,
        state: 'ready',
      },
    ]);
    assert.equal(endpointsOf([slice([pod('a')])], { ...query, from: 'global' })[0]!.port, 9094);
    assert.deepEqual(endpointsOf([slice([pod('a')])], { ...query, from: 'ap-south-1' }), []);
  });

  it('leave out who is not ready, and who ends while others are ready', () => {
    const slices = [
      slice([
        pod('a'),
        pod('bb', { ready: false }),
        pod('ccc', { ready: false, serving: true, terminating: true }),
        pod('dddd', {}),
      ]),
    ];
    assert.deepEqual(
      endpointsOf(slices, query).map(({ podIp }) => podIp),
      ['10.1.1.1', '10.1.1.4'],
    );
  });

  it('fall back to those that end but still serve, when nobody else is left anywhere', () => {
    const ending = pod('a', { ready: false, serving: true, terminating: true });
    const ended = pod('bb', { ready: false, serving: false, terminating: true });
    assert.deepEqual(
      endpointsOf([slice([ending, ended])], query).map(({ state, podIp }) => [state, podIp]),
      [['terminating', '10.1.1.1']],
    );
    const elsewhere = slice([pod('ccc')], { namespace: 'us-west-2', name: 't' });
    assert.deepEqual(
      endpointsOf([slice([ending]), elsewhere], query).map(({ region }) => region),
      ['us-west-2'],
    );
  });

  it('name a pod once that is in two slices for a moment', () => {
    const stale = slice([pod('a', { ready: false, serving: true, terminating: true })], { name: 't' });
    assert.deepEqual(
      endpointsOf([slice([pod('a')]), stale], query).map(({ state }) => state),
      ['ready'],
    );
  });

  it('say nothing of other services, foreign namespaces, and empty slices', () => {
    const foreign = slice([pod('a')], { namespace: 'kube-system' });
    assert.deepEqual(endpointsOf([slice([pod('a')], { service: 'other' }), foreign, slice(undefined)], query), []);
    assert.deepEqual(endpointsOf([{ ...slice(null), ports: null }], query), []);
  });
});
