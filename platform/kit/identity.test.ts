import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readIdentity } from './identity.ts';

const env = { FAULTFLIX_REGION: 'us-east-1', POD_NAME: 'p', POD_UID: 'u', POD_IP: '10.1.2.3', NODE_NAME: 'n' };

it('reads who the process is', () => {
  const identity = { service: 'catalog', region: 'us-east-1', pod: 'p', podUid: 'u', podIp: '10.1.2.3', node: 'n' };
  assert.deepEqual(readIdentity('catalog', env), identity);
});

it('names the variable that is missing or wrong', () => {
  for (const name of Object.keys(env))
    assert.throws(() => readIdentity('catalog', { ...env, [name]: '' }), {
      code: 'could-not-run',
      message: new RegExp(name),
    });
  assert.throws(() => readIdentity('catalog', { ...env, FAULTFLIX_REGION: 'mars' }), { received: 'mars' });
  assert.throws(() => readIdentity('catalog', { ...env, POD_IP: 'here' }), { received: 'here' });
});
