import assert from 'node:assert/strict';
import { it } from 'node:test';
import { contentTypeOf, digestOf, etagOf, reprDigest, sha256 } from './media-file.ts';

it('only files of titles have a type', () => {
  assert.equal(contentTypeOf({ media: 'a-title', name: 'seg-1.m4s' }), 'video/iso.segment');
  for (const [media, name] of [
    ['a-title', '../x.m4s'],
    ['..', 'x.m4s'],
    ['a/b', 'x.m4s'],
    ['a', 'title.json'],
    ['a', 'x.constructor'],
    ['a', '.m4s'],
    ['', 'x.m4s'],
    ['A', 'x.m4s'],
    ['a', 'x.m4s\0'],
    ['a', `${'x'.repeat(200)}.m4s`],
  ])
    assert.equal(contentTypeOf({ media: media!, name: name! }), undefined, `${media}/${name}`);
});

it('a digest goes there and back as a header', () => {
  const digest = sha256(Buffer.from('abc'));
  assert.deepEqual(digestOf(reprDigest(digest)), digest);
  assert.deepEqual(digestOf(`sha-512=:x:, ${reprDigest(digest)}`), digest);
  for (const wrong of [undefined, '', 'sha-256=:short:', 'sha-256']) assert.equal(digestOf(wrong), undefined);
  assert.match(etagOf(digest), /^"[\w-]{22}"$/);
});
