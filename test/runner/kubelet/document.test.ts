import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Case } from '../cases.ts';
import { columnOf, merged, parse, render } from './document.ts';

const file = (name: string) => `test/contract/kubelet/${name}.test.ts`;
const ran = (name: string, path: readonly string[], more: Partial<Case> = {}): Case => ({
  ...{ stage: 'kubelet', file: file(name), path, outcome: 'pass', durationMs: 1_200 },
  ...more,
});
const column = (name: string, cases: readonly Case[]) => columnOf({ name, cluster: `nodes of ${name}`, cases });
const differences = (text: string) => /## Differences\n\n([\s\S]*?)\n\n## Cases/.exec(text)![1];

describe('the document of the kubelet’s contract', () => {
  const both = [ran('probes', ['a suite', 'is ready']), ran('init', ['order', 'a | b: c \\ d'])];

  it('is read back as it was written', () => {
    const skipped = ran('init', ['x'], { outcome: 'skip', reason: 'no swap | here', durationMs: 0 });
    const columns = [
      column('local', [...both, skipped, ran('local-only', ['killed'])]),
      column('containerd', [...both, ran('probes', ['bad'], { outcome: 'fail' })]),
    ];
    const text = render(columns);
    assert.deepEqual(
      parse(text).map((each) => ({ ...each, cells: [...each.cells].sort() })),
      columns.map((each) => ({ ...each, cells: [...each.cells].sort() })),
    );
    assert.equal(render(parse(text)), text);
  });

  it('takes one cluster’s results into the place of its old ones, and leaves the other’s', () => {
    const first = merged(merged('', column('containerd', both)), column('local', both));
    const second = merged(first, column('local', [both[0]!]));
    const [local, containerd] = parse(second);
    assert.deepEqual(
      [local!.name, local!.cells.size, containerd!.name, containerd!.cells.size],
      ['local', 1, 'containerd', 2],
    );
  });

  it('shows no difference where there is none, nor for what only ours can be asked', () => {
    const text = render([column('local', [...both, ran('local-only', ['killed'])]), column('containerd', both)]);
    assert.equal(differences(text), 'None.');
  });

  for (const [what, other] of [
    ['failed', [both[0]!, { ...both[1]!, outcome: 'fail' as const }]],
    ['was skipped', [both[0]!, { ...both[1]!, outcome: 'skip' as const }]],
    ['did not run', [both[0]!]],
  ] as const)
    it(`shows a case that ${what} on one of the two`, () => {
      const text = render([column('local', both), column('containerd', other)]);
      assert.match(differences(text)!, /a \\\| b: c/);
      assert.doesNotMatch(differences(text)!, /is ready/);
    });
});
