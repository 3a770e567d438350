import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { stagesOf } from './stages.ts';
import { closingLines, Tally } from './tally.ts';

describe('the stages', () => {
  const files = [
    'test/e2e/a.test.ts',
    'chaos/a.test.ts',
    'test/contract/kubelet/a.test.ts',
    'test/check.test.ts',
    'test/contract/x/a.test.ts',
    'test/containers/a.test.ts',
  ];

  it('come in order, whatever order the files have', () => {
    assert.deepEqual(
      stagesOf(files, []).map(({ name }) => name),
      ['check', 'unit', 'contract', 'kubelet', 'containers', 'e2e'],
    );
  });
  it('are chosen by name or by path, and not by half a word', () => {
    assert.deepEqual(
      stagesOf(files, ['kubelet']).flatMap((stage) => stage.files),
      ['test/contract/kubelet/a.test.ts'],
    );
    assert.deepEqual(
      stagesOf(files, ['chaos']).flatMap((stage) => stage.files),
      ['chaos/a.test.ts'],
    );
    assert.deepEqual(stagesOf(files, ['cha']), []);
  });
});

describe('a run is no success', () => {
  it('when nothing ran', () => assert.deepEqual(new Tally([]).problems(), ['no test ran']));
  it('when a file ran no test', () => {
    const tally = new Tally(['a', 'b']);
    tally.add({ file: 'a', result: 'pass' });
    assert.deepEqual(tally.problems(), ['b: no test ran']);
  });
  it('when a file was skipped wholly', () => {
    const tally = new Tally(['a', 'b']);
    tally.add({ file: 'a', result: 'pass' });
    tally.add({ file: 'b', result: 'skip' });
    assert.deepEqual(tally.problems(), ['b: all 1 tests were skipped']);
  });
  it('when all that was wanted could not run on this machine', () => {
    const tally = new Tally(['a']);
    tally.waive(['a']);
    assert.deepEqual(tally.problems(), ['no test ran']);
  });
  it('when a test failed', () => {
    const tally = new Tally(['a']);
    tally.add({ file: 'a', result: 'pass' });
    tally.add({ file: 'a', result: 'fail' });
    assert.deepEqual(tally.problems(), ['1 tests failed']);
    assert.match(closingLines(tally.counts, 1), /^ℹ tests 2\nℹ pass 1\nℹ fail 1\n/);
  });
});

describe('a run is a success', () => {
  it('though a stage could not run on this machine, as long as the others did', () => {
    const tally = new Tally(['a', 'b']);
    tally.add({ file: 'a', result: 'pass' });
    tally.waive(['b']);
    assert.deepEqual(tally.problems(), []);
  });
});

describe('a stage', () => {
  const cases = {
    'passes.test.js':
      "const { it, describe } = require('node:test'); describe('s', () => { it('a', () => {}); it('b', () => {}); });",
    'fails.test.js':
      "const { it, describe } = require('node:test'); describe('s', () => { it('a', () => { throw new Error('no'); }); it('b', () => {}); });",
    'skips.test.js': "const { it } = require('node:test'); it('a', { skip: true }, () => {});",
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
      const problemsOf = async (file: string): Promise<readonly string[]> => {
        const { stdout } = await promisify(execFile)(process.execPath, [script, root, file], { env });
        return JSON.parse(stdout) as string[];
      };
      const found = Object.keys(cases).map(async (file) => [file, await problemsOf(file)] as const);
      const problems = Object.fromEntries(await Promise.all(found));
      assert.deepEqual(problems['passes.test.js'], []);
      assert.deepEqual(problems['fails.test.js'], ['1 tests failed']);
      for (const file of ['skips.test.js', 'hook.test.js', 'throws.test.js', 'empty.test.js']) {
        assert.ok(problems[file]!.length > 0, file);
      }
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
