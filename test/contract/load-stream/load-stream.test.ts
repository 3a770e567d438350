/** The writing side (scenarios/load) and the reading side (chaos/engine/load-stream.ts) of the load stream, held together. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { parseLoadLine } from '#chaos/engine/load-stream.ts';
import { parseLine } from '#scenarios/load/stream.ts';
import { type DriveResult, drive } from '#scenarios/load/testing/drive-process.ts';
import { startFixture } from '#scenarios/load/testing/fixture.ts';
import { disagreements, type Truth } from './honesty.ts';

const settings = {
  FAULTFLIX_VIEWERS: '3',
  FAULTFLIX_RAMP_UP: '0s',
  FAULTFLIX_DURATION: '6s',
  FAULTFLIX_TITLE: '1s',
  FAULTFLIX_TIMEOUT: '30s',
};

describe('the load stream', () => {
  let result: DriveResult;
  let truth: Truth;

  before(async () => {
    const fixture = await startFixture({ routers: 1, edges: 2 });
    const [router] = fixture.routers;
    const answers = { started: 0, refusedStarts: 0, failedSegments: 0 };
    // Every second start fails; one edge of two is ill: the stream must tell one from the other.
    router!.treat = ({ path, count }) => {
      if (path !== '/v1/play') return 'serve';
      const refuse = count % 2 === 0;
      answers[refuse ? 'refusedStarts' : 'started']++;
      return refuse ? { fail: 400 } : 'serve';
    };
    fixture.edges[0]!.treat = ({ path }) => {
      if (!path.endsWith('.m4s')) return 'serve';
      answers.failedSegments++;
      return { fail: 503 };
    };
    result = await drive(['viewer.ts', '--stream', '--driver', 'embedded'], { ...fixture.env, ...settings }).done;
    truth = answers;
    await fixture.close();
  });

  it('is read whole: no line is broken, none is skipped, both parsers agree', () => {
    const texts = result.raw.trimEnd().split('\n');
    assert.ok(texts.length > 40);
    const types = new Set<string>();
    for (const text of texts) {
      const read = parseLoadLine(text);
      assert.ok(read && read.type !== 'broken', text);
      assert.equal(parseLine(text)?.type, read.type);
      types.add(read.type);
    }
    assert.deepEqual([...types].sort(), ['bucket', 'end', 'played', 'start', 'summary']);
  });

  it('loses no figure on the way', () => {
    for (const text of result.raw.trimEnd().split('\n')) {
      const read = parseLoadLine(text);
      if (read?.type === 'bucket') assert.deepEqual(read, JSON.parse(text));
    }
  });

  it('tells what the platform knows to be true', () => {
    assert.ok(truth.started > 0 && truth.refusedStarts > 0 && truth.failedSegments > 0, JSON.stringify(truth));
    assert.deepEqual(disagreements(result.lines, truth), []);
  });

  const lies: [name: string, tell: (text: string) => string][] = [
    [
      'counts a failed start as ok',
      (text) => text.replace(/"start":\{"ok":(\d+),"failed":1\}/, '"start":{"ok":1,"failed":0}'),
    ],
    [
      'counts a failed start of a title as shown',
      (text) => text.replace(/"starts":\{"ok":0,"failed":1\}/, '"starts":{"ok":1,"failed":0}'),
    ],
    ['forgets failures', (text) => text.replaceAll(/"failed":\d+/g, '"failed":0')],
    ['forgets what it had to retry', (text) => text.replace(/"retried":\{[^}]*\}/, '"retried":{}')],
    [
      'takes a retry for a failure',
      (text) => text.replace(/"errors":\{\},"retried":(\{[^}]+\})/, '"errors":$1,"retried":{}'),
    ],
    ['leaves a bucket out', (text) => (text.includes('"type":"bucket"') && text.includes('"failed":1') ? '' : text)],
    ['never acknowledges', (text) => text.replace('"event":"acknowledged"', '"event":"continued"')],
    ['never ends', (text) => (text.startsWith('{"type":"end"') ? '' : text)],
  ];
  for (const [name, tell] of lies) {
    it(`a driver that ${name} is caught`, () => {
      const told = result.raw.split('\n').map(tell);
      const lines = told.map((text) => parseLine(text)).filter((line) => line !== undefined);
      assert.notDeepEqual(disagreements(lines, truth), []);
    });
  }
});

describe('what is not of the stream', () => {
  for (const text of [
    '',
    'log output',
    '{',
    '{"torn":',
    '[]',
    'null',
    '"text"',
    '{"type":"other"}',
    '{"level":30,"msg":"x"}',
  ]) {
    it(`${JSON.stringify(text)} is skipped by both`, () => {
      assert.equal(parseLine(text), undefined);
      assert.equal(parseLoadLine(text), undefined);
    });
  }
});
