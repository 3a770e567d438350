import assert from 'node:assert/strict';
import { it } from 'node:test';
import { groupOf } from './profile.ts';

it('frames of a profile are told apart, and idling is none of them', () => {
  const group = (functionName: string, url = '') => groupOf({ functionName, url });
  assert.equal(group('(idle)'), undefined);
  assert.equal(group('writev'), 'TLS and the system’s writes');
  assert.equal(group('handler', 'file:///x/platform/services/edge/routes.ts'), 'the edge and the kit');
  assert.equal(group('send', 'file:///x/node_modules/fastify/lib/reply.js'), 'Fastify and other packages');
  assert.equal(group('writeHead', 'node:_http_server'), 'Node’s HTTP and streams');
  assert.equal(group('(program)'), 'Node outside of JavaScript');
});
