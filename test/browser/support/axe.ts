/** What axe-core finds wrong on a page: https://www.deque.com/axe/, rules of WCAG 2.2 A and AA and of good practice. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: ReadonlyArray<{ readonly target: readonly string[]; readonly failureSummary: string }>;
}

/** One line each; none when it is well. */
export async function axeFinds(page: Page): Promise<readonly string[]> {
  await page.evaluate(`globalThis.axe ??= (() => { ${source}; return globalThis.axe; })(), undefined`);
  const found = await page.evaluate<readonly Violation[]>(
    'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)',
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}
