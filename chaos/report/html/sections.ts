/** The tables of the report page. */
import type { ReportModel } from '../model.ts';
import { second } from '../words.ts';
import { escapeHtml } from './text.ts';

const badge = (word: string): string => `<span class="badge ${word}">${word}</span>`;

interface Section {
  readonly id: string;
  readonly title: string;
  readonly heads: readonly string[];
  /** Cells are markup. */
  readonly rows: ReadonlyArray<readonly string[]>;
  readonly empty: string;
}

function section({ id, title, heads, rows, empty }: Section): string {
  const body =
    rows.length === 0
      ? `<p class="nothing">${escapeHtml(empty)}</p>`
      : `<div class="scroll"><table><thead><tr>${heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join('')}</tr></thead><tbody>${rows
          .map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`)
          .join('')}</tbody></table></div>`;
  return `<section aria-labelledby="h-${id}"><h2 id="h-${id}">${escapeHtml(title)}</h2>${body}</section>`;
}

export function expectationSection({ expectations }: ReportModel): string {
  return section({
    id: 'expectations',
    title: 'Steady state',
    heads: ['expected', 'baseline', 'under the fault', 'result'],
    empty: 'Nothing was expected: this run can show nothing.',
    rows: expectations.map(({ expected, baseline, fault, result, reason }) => [
      escapeHtml(expected),
      escapeHtml(baseline),
      escapeHtml(fault),
      badge(result) + (reason && result !== 'held' ? `<small>${escapeHtml(reason)}</small>` : ''),
    ]),
  });
}

export function faultSection({ faults, residue, spared }: ReportModel): string {
  const table = section({
    id: 'faults',
    title: 'Faults, and whether they really happened',
    heads: ['fault', 'target', 'at', 'effect, measured at the target', 'well again after', 'residue'],
    empty: 'No target was hit.',
    rows: faults.map(({ fault, pod, region, node, injectedMs, effect, potent, readyAgain, residue: left }) => [
      escapeHtml(fault),
      `${escapeHtml(pod)}<small>${escapeHtml(`${region}, node ${node}`)}</small>`,
      injectedMs === undefined ? '—' : `<span class="nowrap">${second(injectedMs)}</span>`,
      (potent ? '' : `${badge(potent === undefined ? 'unknown' : 'inconclusive')} `) + escapeHtml(effect),
      escapeHtml(readyAgain),
      badge(left),
    ]),
  });
  const left = residue.map(
    ({ pod, what, before, after }) => `<li>${escapeHtml(`${pod}: ${what} was ${before}, is ${after}`)}</li>`,
  );
  const untouched = spared.map(({ pod, reason }) => `<li>${escapeHtml(`${pod}: ${reason}`)}</li>`);
  return [
    table,
    left.length > 0 ? `<section><h2>Left behind</h2><ul>${left.join('')}</ul></section>` : '',
    untouched.length > 0
      ? `<section><details><summary>${untouched.length} candidates were not chosen</summary><ul>${untouched.join('')}</ul></details></section>`
      : '',
  ].join('');
}

export function eventSection({ events }: ReportModel): string {
  if (events.length === 0) return '';
  const items = events.map(
    ({ atMs, message }) => `<li><time>${second(atMs)}</time><span>${escapeHtml(message)}</span></li>`,
  );
  return `<section aria-labelledby="h-events"><h2 id="h-events">What happened</h2><ol class="events">${items.join('')}</ol></section>`;
}

export function environmentSection({ repeat, driver, seed, environment }: ReportModel): string {
  const rows = [['driver', driver], ['seed', String(seed)], ...environment.map(([name, value]) => [name, value])];
  return [
    '<section aria-labelledby="h-again"><h2 id="h-again">Run it again</h2>',
    `<p><code>${escapeHtml(repeat)}</code></p>`,
    `<p class="soft">${rows.map(([name, value]) => escapeHtml(`${name} ${value}`)).join(' · ')}</p>`,
    '</section>',
  ].join('');
}
