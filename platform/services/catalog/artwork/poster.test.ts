import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openTitles } from '#platform/stores/titles/open.ts';
import type { ListedTitle } from '#platform/stores/titles.ts';
import { escaped, fit } from './lettering.ts';
import { poster, type Shape, shapes } from './poster.ts';

const store = await openTitles(join(import.meta.dirname, '../titles.pack.zst'));
const title: ListedTitle = (await store.list({ limit: 1 })).titles[0]!;
const all = Object.keys(shapes) as Shape[];

/** Of the XML that posters are made of: every element is one of these, closed, with attributes in double quotes. */
const elements = new Set('svg title defs linearGradient stop rect circle ellipse path text tspan'.split(' '));
function checkXml(svg: string): void {
  const open: string[] = [];
  const rest = svg.replaceAll(
    /<(\/?)([A-Za-z]+)((?: [A-Za-z][\w-]*="[^"<]*")*)(\/?)>/g,
    (_, close, name, attributes, empty) => {
      assert(elements.has(name), `<${name}>`);
      assert.doesNotMatch(attributes, / (on\w+|href|style)=/i);
      if (close) assert.equal(open.pop(), name);
      else if (!empty) open.push(name);
      return '';
    },
  );
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest, /[<>]|&(?!amp;|lt;|gt;|quot;|#39;)/, 'nothing but text between');
}

describe('posters', () => {
  it('are the same bytes for the same title, others for others, and small', async () => {
    const { titles } = await store.list({ limit: 200 });
    for (const shape of all) {
      assert.equal(poster(title, shape), poster({ ...title }, shape));
      const pictures = titles.map((each) => poster(each, shape));
      assert.equal(new Set(pictures).size, titles.length);
      for (const picture of pictures) {
        assert(picture.length < 60_000, `${picture.length}`);
        checkXml(picture);
      }
    }
  });

  it('hold no script, whatever a title is called', () => {
    const names = [
      '<script>alert(1)</script>',
      '"/><image href="https://example.org/x"/><text x="',
      "' onload='alert(1)",
      ']]><!ENTITY x SYSTEM "file:///etc/passwd">&x;',
      'A\u0000B\u0007C\ud800D\ufffe',
      'W'.repeat(500),
      ' ',
      '<svg onload=alert(1)>'.repeat(40),
    ];
    for (const name of names)
      for (const shape of all) checkXml(poster({ ...title, id: 'x', name, people: [{ name, role: 'cast' }] }, shape));
    assert.throws(() => checkXml('<svg><script></script></svg>'), 'the check sees one');
    assert.throws(() => checkXml('<svg><text>a < b</text></svg>'));
    assert.throws(() => checkXml('<svg onload="x"></svg>'));
  });

  it('have colours for a genre without any, and for a title without one', () => {
    for (const genres of [['opera'], []]) checkXml(poster({ ...title, genres }, 'poster'));
  });
});

describe('lettering', () => {
  it('takes the largest size that fits, and cuts what never does', () => {
    assert.equal(fit({ text: 'Sea', width: 260, mostLines: 5, largest: 44, smallest: 16 }).size, 44);
    const long = fit({ text: 'Meteorologically speaking', width: 258, mostLines: 5, largest: 44, smallest: 16 });
    assert(long.size < 44 && long.lines.length === 2);
    const never = fit({ text: 'W'.repeat(500), width: 258, mostLines: 3, largest: 44, smallest: 16 });
    assert.equal(never.lines.length, 3);
    assert(never.lines.at(-1)!.endsWith('…'));
  });

  it('escapes what XML would read, and leaves out what it cannot hold', () => {
    assert.equal(escaped(`<a b="c">&'`), '&lt;a b=&quot;c&quot;&gt;&amp;&#39;');
    assert.equal(escaped('a\u0000\u001f\ufffeb\ud800'), 'ab\ufffd');
  });
});
