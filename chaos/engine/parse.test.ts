import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { checkExperiment, parseExperiment, readExperiment } from './parse.ts';

const good = `apiVersion: faultflix.dev/v1alpha1
kind: Experiment
metadata: { name: slow }
spec:
  title: One catalog pod is slow
  load: { script: viewer.ts, viewers: 10 }
  steadyState:
    - { measure: viewer-errors, max: 0.001 }
  method:
    - at: 1s
      duration: 20s
      fault: latency
      with: { latency: 300ms }
      target: { service: catalog, count: 1 }
`;

function refused(text: string): FaultflixError {
  try {
    parseExperiment(text, 'slow.yaml');
  } catch (error) {
    assert.ok(error instanceof FaultflixError, String(error));
    assert.equal(error.code, 'bad-input');
    return error;
  }
  throw new Error('it was taken');
}

test('a scenario is taken, its defaults filled in, and what was parsed parses again', () => {
  const experiment = parseExperiment(good, 'slow.yaml');
  assert.equal(experiment.spec.baseline, '15s');
  assert.deepEqual(experiment.spec.method[0]!.with, {
    latency: '300ms',
    jitter: '0ms',
    stream: 'downstream',
    protocols: ['grpc', 'https'],
  });
  assert.deepEqual(checkExperiment(experiment), experiment);
});

test('a fault whose fields all have defaults needs no `with`', () => {
  const text = good.replace('      duration: 20s\n', '').replace('fault: latency', 'fault: pod-kill');
  const { spec } = parseExperiment(text.replace('      with: { latency: 300ms }\n', ''), 'slow.yaml');
  assert.deepEqual(spec.method[0]!.with, { grace: '0s' });
});

const cases: {
  readonly name: string;
  readonly text: string;
  readonly where: string;
  readonly expected: RegExp;
  readonly received: RegExp;
  readonly todo?: RegExp;
}[] = [
  {
    name: 'an unknown field',
    text: good.replace('  title:', '  titel: x\n  title:'),
    where: 'slow.yaml:5:spec.titel',
    expected: /title/,
    received: /titel/,
    todo: /title/,
  },
  {
    name: 'an unknown field of a fault',
    text: good.replace('latency: 300ms', 'latency: 300ms, jiter: 1ms'),
    where: 'slow.yaml:13:spec.method[0].with.jiter',
    expected: /jitter/,
    received: /jiter/,
    todo: /jitter/,
  },
  {
    name: 'a wrong unit',
    text: good.replace('300ms', '300 parsecs'),
    where: 'slow.yaml:13:spec.method[0].with.latency',
    expected: /duration such as 300ms/,
    received: /300 parsecs/,
  },
  {
    name: 'a number without unit',
    text: good.replace('300ms', '300'),
    where: 'slow.yaml:13:spec.method[0].with.latency',
    expected: /duration/,
    received: /300/,
  },
  {
    name: 'a negative duration',
    text: good.replace('20s', '-20s'),
    where: 'slow.yaml:11:spec.method[0].duration',
    expected: /duration/,
    received: /-20s/,
  },
  {
    name: 'a duration of zero',
    text: good.replace('20s', '0s'),
    where: 'slow.yaml:11:spec.method[0].duration',
    expected: /more than zero/,
    received: /0s/,
  },
  {
    name: 'a fault kind that does not exist',
    text: good.replace('fault: latency', 'fault: latencey'),
    where: 'slow.yaml:12:spec.method[0].fault',
    expected: /latency.*pod-kill/,
    received: /latencey/,
    todo: /did you mean latency/,
  },
  {
    name: 'a probe that does not exist',
    text: good.replace('viewer-errors', 'viewer-tears'),
    where: 'slow.yaml:8:spec.steadyState[0].measure',
    expected: /viewer-errors/,
    received: /viewer-tears/,
    todo: /viewer-errors/,
  },
  {
    name: 'a ratio above one',
    text: good.replace('0.001', '1.5'),
    where: 'slow.yaml:8:spec.steadyState[0].max',
    expected: /at most 1/,
    received: /1\.5/,
  },
  {
    name: 'expectations about viewers without viewers',
    text: good.replace(/ {2}load:.*\n/, ''),
    where: 'slow.yaml:6:spec.steadyState',
    expected: /need a load/,
    received: /viewer-errors/,
  },
  {
    name: 'a duration for what is over at once',
    text: good.replace('fault: latency', 'fault: pod-kill').replace('with: { latency: 300ms }', 'with: {}'),
    where: 'slow.yaml:11:spec.method[0].duration',
    expected: /target/,
    received: /duration/,
  },
  {
    name: 'no method',
    text: good.replace(/ {2}method:[\s\S]*/, '  method: []\n'),
    where: 'slow.yaml:9:spec.method',
    expected: /at least 1 items/,
    received: /\[\]/,
  },
  {
    name: 'another kind',
    text: good.replace('kind: Experiment', 'kind: Pod'),
    where: 'slow.yaml:2:kind',
    expected: /Experiment/,
    received: /Pod/,
  },
  {
    name: 'two documents',
    text: `${good}---\n${good}`,
    where: 'slow.yaml',
    expected: /exactly one/,
    received: /2 documents/,
  },
  { name: 'nothing', text: '', where: 'slow.yaml', expected: /one document|an object/, received: /./ },
  {
    name: 'not YAML',
    text: '{"a": [1, 2',
    where: 'slow.yaml:1',
    expected: /YAML/,
    received: /./,
  },
  { name: 'prose', text: 'hello there', where: 'slow.yaml', expected: /an object/, received: /hello there/ },
  { name: 'a list', text: '- 1\n- 2\n', where: 'slow.yaml', expected: /an object/, received: /list/ },
  {
    name: 'bytes',
    text: `\u0000\u0001\u0002${'\u0007'.repeat(40)}`,
    where: 'slow.yaml',
    expected: /./,
    received: /./,
  },
  {
    name: 'a key twice',
    text: good.replace('  title:', '  title: a\n  title:'),
    where: 'slow.yaml:6',
    expected: /YAML/,
    received: /./,
  },
  {
    name: '5 MB',
    text: `${good}# ${'x'.repeat(5_000_000)}`,
    where: 'slow.yaml',
    expected: /at most 1000000 bytes/,
    received: /5000/,
  },
];

for (const { name, text, where, expected, received, todo } of cases) {
  test(`refused, with where, expected and received: ${name}`, () => {
    const error = refused(text);
    assert.equal(error.where?.startsWith(where), true, `where: ${error.where}`);
    assert.match(error.expected ?? '', expected);
    assert.match(error.received ?? '', received);
    if (todo) assert.match(error.todo ?? '', todo);
  });
}

test('anchors that multiply are refused', () => {
  const levels = Array.from({ length: 9 }, (_, i) => `k${i + 1}: &k${i + 1} [${Array(9).fill(`*k${i}`).join(',')}]`);
  assert.match(refused(`k0: &k0 [x]\n${levels.join('\n')}\n`).message, /alias/);
});

test('every problem is named, not the first alone', () => {
  const error = refused(good.replace('300ms', 'soon').replace('20s', 'later'));
  assert.match(error.message, /also: slow\.yaml:13:spec\.method\[0\]\.with\.latency/);
});

test('a file that is too large is not read, one that is missing is named', async (t) => {
  const file = join(tmpdir(), `faultflix-parse-${process.pid}.yaml`);
  await writeFile(file, 'x'.repeat(1_000_001));
  t.after(() => rm(file));
  await assert.rejects(readExperiment(file), { code: 'bad-input', received: '1000001 bytes' });
  await assert.rejects(readExperiment('/nonexistent/x.yaml'), { code: 'bad-input', where: '/nonexistent/x.yaml' });
});

test('an object of the API server may have what the server adds', () => {
  const experiment = parseExperiment(good, 'slow.yaml');
  const object = { ...experiment, metadata: { ...experiment.metadata, uid: 'u', managedFields: [] }, status: {} };
  assert.equal(checkExperiment(object).spec.title, 'One catalog pod is slow');
  assert.throws(() => checkExperiment({ ...object, spec: { ...object.spec, nonsense: 1 } }), {
    where: 'experiment/slow:spec.nonsense',
  });
});

test('every file of scenarios/ is an Experiment', async () => {
  const folder = join(import.meta.dirname, '../../scenarios');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'));
  assert.ok(files.includes('first-light.yaml'));
  for (const file of files) assert.equal((await readExperiment(join(folder, file))).metadata.name, file.slice(0, -5));
});
