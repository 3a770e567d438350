import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asFaultflixError, catalogue, exitCodeOf, FaultflixError, messageOf } from './errors.ts';

test('an error survives the trip through JSON with code, details and the text of its causes', () => {
  const root = new Error('ECONNREFUSED 127.0.0.1:1');
  const error = new FaultflixError('could-not-run', 'etcd did not start', {
    expected: 'a listener',
    received: 'none',
    where: 'etcd',
    todo: 'read its log',
    cause: new Error('health check failed', { cause: root }),
  });
  const back = FaultflixError.fromJSON(JSON.parse(JSON.stringify(error)));
  assert.deepEqual(back.toJSON(), error.toJSON());
  assert.equal(back.toJSON().cause, 'health check failed: ECONNREFUSED 127.0.0.1:1');
});

test('a code that the catalogue lacks arrives as internal, never as a code that means nothing', () => {
  const odd = JSON.parse('{"code":"constructor","message":"x"}');
  assert.equal(FaultflixError.fromJSON(odd).code, 'internal');
});

test('anything thrown becomes an error with the thrown thing as its cause', () => {
  assert.equal(asFaultflixError('plain text').message, 'plain text');
  const own = new FaultflixError('gone', 'x');
  assert.equal(asFaultflixError(own), own);
});

test('a cause that the message already quotes is not said twice', () => {
  assert.equal(messageOf(new Error('no: disk full', { cause: new Error('disk full') })), 'no: disk full');
});

test('only `deviated` ends a process with 1 and nothing in the catalogue ends it with 0', () => {
  const codes = Object.keys(catalogue) as (keyof typeof catalogue)[];
  const withOne = codes.filter((code) => exitCodeOf(new FaultflixError(code, '')) === 1);
  assert.deepEqual(withOne, ['deviated']);
  assert.ok(codes.every((code) => exitCodeOf(new FaultflixError(code, '')) !== 0));
});
