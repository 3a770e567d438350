import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { Output } from './output.ts';
import { stagesOf, type Wanted } from './stages.ts';
import { closingLines, Tally } from './tally.ts';

describe('the stages', () => {
  const files = [
    'test/e2e/a.test.ts',
    'test/e2e/first-light.test.ts',
    'test/e2e/nodes/a.test.ts',
    'test/e2e/commands/a.test.ts',
    'chaos/a.test.ts',
    'test/contract/kubelet/a.test.ts',
    'test/contract/kubelet/local-only.test.ts',
    'test/contract/walls/a.test.ts',
    'test/check.test.ts',
    'test/contract/x/a.test.ts',
    'test/containers/a.test.ts',
  ];
  const chosen = (wanted: Wanted) =>
    Object.fromEntries(stagesOf(files, wanted).map((stage) => [stage.name, stage.files]));

  it('come in order, whatever order the files have, and have every file', () => {
    const stages = stagesOf(files);
    const names = [
      'check',
      'unit',
      'contract',
      'kubelet',
      'containers',
      'nodes',
      'walls',
      'commands',
      'first-light',
      'e2e-nodes',
      'e2e',
    ];
    assert.deepEqual(
      stages.map(({ name }) => name),
      names,
    );
    assert.deepEqual([...new Set(stages.flatMap((stage) => stage.files))].sort(), [...files].sort());
  });
  it('run the kubelet’s suite a second time on real nodes, but not what is done to our own kubelet', () => {
    const { kubelet, nodes } = chosen({});
    assert.deepEqual(kubelet, ['test/contract/kubelet/a.test.ts', 'test/contract/kubelet/local-only.test.ts']);
    assert.deepEqual(nodes, ['test/contract/kubelet/a.test.ts']);
  });
  it('that judge a platform under load have the machine to themselves', () => {
    const alone = stagesOf(files).filter(({ lane }) => lane === undefined);
    assert.deepEqual(
      alone.map(({ name, atOnce }) => [name, atOnce]),
      [
        ['first-light', 1],
        ['e2e-nodes', 1],
        ['e2e', 1],
      ],
    );
  });
  it('are chosen by name or by path, and not by half a word', () => {
    assert.deepEqual(Object.keys(chosen({ words: ['kubelet'] })), ['kubelet']);
    assert.deepEqual(chosen({ words: ['chaos'] }), { unit: ['chaos/a.test.ts'] });
    assert.deepEqual(chosen({ words: ['cha'] }), {});
  });
  it('take the kubelet’s suite to where it is wanted', () => {
    const words = ['kubelet'];
    const suite = ['test/contract/kubelet/a.test.ts'];
    assert.deepEqual(chosen({ words, on: ['containerd'] }), { nodes: suite });
    assert.deepEqual(Object.keys(chosen({ words, on: ['local', 'containerd'] })), ['kubelet', 'nodes']);
    assert.deepEqual(chosen({ words: suite, on: ['containerd'] }), { nodes: suite });
  });
});

describe('a run is no success', () => {
  const of = (...files: string[]) => files.map((file) => ({ stage: 's', file }));

  it('when nothing ran', () => assert.deepEqual(new Tally([]).problems(), ['no test ran']));
  it('when a file ran no test', () => {
    const tally = new Tally(of('a', 'b'));
    tally.add({ stage: 's', file: 'a', outcome: 'pass' });
    assert.deepEqual(tally.problems(), ['s: b: no test ran']);
  });
  it('when a file was skipped wholly', () => {
    const tally = new Tally(of('a', 'b'));
    tally.add({ stage: 's', file: 'a', outcome: 'pass' });
    tally.add({ stage: 's', file: 'b', outcome: 'skip' });
    assert.deepEqual(tally.problems(), ['s: b: all 1 tests were skipped']);
  });
  it('when a file ran in one stage and not in the other that it belongs to', () => {
    const tally = new Tally([...of('a'), { stage: 't', file: 'a' }]);
    tally.add({ stage: 's', file: 'a', outcome: 'pass' });
    assert.deepEqual(tally.problems(), ['t: a: no test ran']);
    assert.deepEqual([tally.counts('s').pass, tally.counts('t').pass], [1, 0]);
  });
  it('when all that was wanted could not run on this machine', () => {
    const tally = new Tally(of('a'));
    tally.waive(of('a'));
    assert.deepEqual(tally.problems(), ['no test ran']);
  });
  it('when a test failed', () => {
    const tally = new Tally(of('a'));
    tally.add({ stage: 's', file: 'a', outcome: 'pass' });
    tally.add({ stage: 's', file: 'a', outcome: 'fail' });
    assert.deepEqual(tally.problems(), ['1 tests failed']);
    assert.match(closingLines(tally.counts(), 1), /^ℹ tests 2\nℹ pass 1\nℹ fail 1\n/);
  });

  it('unless a stage could not run on this machine: then the others decide, and it is counted for nothing', () => {
    const tally = new Tally(of('a', 'b'));
    tally.add({ stage: 's', file: 'a', outcome: 'pass' });
    tally.waive(of('b'));
    assert.deepEqual(tally.problems(), []);
    assert.equal(tally.counts().tests, 1);
  });
});

describe('the output of stages side by side', () => {
  it('is the first one’s as it comes, then the next one’s: no line lost, none between another stage’s', () => {
    let text = '';
    const output = new Output((part) => {
      text += part;
    });
    const [first, second, third] = [output.open(), output.open(), output.open()];
    second.write('b1 ');
    first.write('a1 ');
    third.write('c1 ');
    assert.equal(text, 'a1 ');
    second.end();
    first.write('a2 ');
    first.end();
    assert.equal(text, 'a1 a2 b1 c1 ');
    third.write('c2');
    third.end();
    assert.equal(text, 'a1 a2 b1 c1 c2');
  });
});

describe('a stage', () => {
  const cases = {
    'passes.test.js':
      "const { it, describe } = require('node:test'); describe('s', () => { it('a', () => {}); it('b', () => {}); });",
    'nested.test.js':
      "const { it, describe } = require('node:test'); describe('s', { concurrency: 4 }, () => { it('a', () => new Promise((done) => setImmediate(done))); describe('in', () => { it('b', () => {}); it('c', () => {}); }); it('d', () => {}); }); describe('t', () => { it('a', () => {}); });",
    'fails.test.js':
      "const { it, describe } = require('node:test'); describe('s', () => { it('a', () => { throw new Error('no'); }); it('b', () => {}); });",
    'skips.test.js': "const { it } = require('node:test'); it('a', { skip: true }, () => {});",
    'suite.test.js':
      "const { it, describe } = require('node:test'); describe('s', { skip: 'no root' }, () => { it('a', () => {}); it('b', () => {}); }); describe('t', () => { it('c', () => {}); });",
    'hook.test.js':
      "const { it, describe, before } = require('node:test'); describe('s', () => { before(() => { throw new Error('no'); }); it('a', () => {}); });",
    'throws.test.js': "throw new Error('at once');",
    'empty.test.js': '',
  };

  it('counts what ran, and takes nothing that did not for a pass', async () => {
    const root = await mkdtemp(join(tmpdir(), 'faultflix-runner-'));
    try {
      for (const [file, code] of Object.entries(cases)) await writeFile(join(root, file), code);
      const { NODE_TEST_CONTEXT: _, ...env } = process.env;
      const script = join(import.meta.dirname, 'testing', 'problems.ts');
      const ranOf = async (file: string) => {
        const { stdout } = await promisify(execFile)(process.execPath, [script, root, file], { env });
        return JSON.parse(stdout) as {
          problems: string[];
          paths: string[];
          skipped: number;
          failures: string[];
        };
      };
      const found = Object.keys(cases).map(async (file) => [file, await ranOf(file)] as const);
      const ran = Object.fromEntries(await Promise.all(found));
      const problems = Object.fromEntries(Object.entries(ran).map(([file, each]) => [file, each.problems]));
      assert.deepEqual(ran['nested.test.js']!.paths, ['s/a', 's/in/b', 's/in/c', 's/d', 't/a']);
      assert.deepEqual(problems['nested.test.js'], []);
      assert.deepEqual(problems['passes.test.js'], []);
      assert.deepEqual(ran['suite.test.js'], { problems: [], paths: ['s', 't/c'], skipped: 1, failures: [] });
      assert.deepEqual(ran['fails.test.js']!.failures, ['✖ x: fails.test.js: s › a', '    no']);
      assert.deepEqual(problems['fails.test.js'], ['1 tests failed']);
      for (const file of ['skips.test.js', 'hook.test.js', 'throws.test.js', 'empty.test.js']) {
        assert.ok(problems[file]!.length > 0, file);
      }
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
