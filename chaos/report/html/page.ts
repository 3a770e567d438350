/** The report as one page that asks nobody for anything. Every state has its words: no data, aborted, inconclusive. */
import type { ReportModel } from '../model.ts';
import { amount, percent, second, span } from '../words.ts';
import { chartSvg } from './chart.ts';
import { script } from './script.ts';
import { environmentSection, eventSection, expectationSection, faultSection } from './sections.ts';
import { style } from './style.ts';
import { escapeHtml, jsonForScript } from './text.ts';

/** Nothing may be loaded and nothing sent, whatever a journal holds. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

export function htmlOf(model: ReportModel): string {
  const title = `${model.outcome}: ${model.title}`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    `<title>${escapeHtml(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<main>',
    verdictHeader(model),
    figureSection(model),
    timelineSection(model),
    expectationSection(model),
    faultSection(model),
    eventSection(model),
    environmentSection(model),
    '</main>',
    `<script type="application/json" id="points">${jsonForScript(readouts(model))}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function verdictHeader(model: ReportModel): string {
  const { outcome, title, reasons, exitCode, teaches, guard, name, run, startedAt, durationMs, seed } = model;
  const when = startedAt ? `, started ${startedAt.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')}` : '';
  return [
    `<header class="verdict ${outcome}">`,
    `<span class="badge">${outcome}</span>`,
    `<h1>${escapeHtml(title)}</h1>`,
    `<p class="soft">${escapeHtml(`${name}, run ${run}${when}, ${span(durationMs)}, seed ${seed}, exit code ${exitCode}`)}</p>`,
    reasons.length > 0 ? `<ul>${reasons.map((reason) => `<li>${escapeHtml(reason)}</li>`).join('')}</ul>` : '',
    teaches ? `<p>${escapeHtml(teaches)}</p>` : '',
    guard ? `<p class="soft">Guard under test: <b>${escapeHtml(guard)}</b></p>` : '',
    '</header>',
  ].join('\n');
}

function figureSection({ figures }: ReportModel): string {
  const items = figures.map(
    ({ name, value, meaning }) =>
      `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}<small>${escapeHtml(meaning)}</small></dd></div>`,
  );
  return `<section aria-label="Key figures"><dl class="figures">${items.join('')}</dl></section>`;
}

function timelineSection(model: ReportModel): string {
  const chart = `${chartSvg(model)}<p class="readout" id="readout" aria-live="polite">Move over the timeline, or focus it and use the arrow keys.</p>${pointTable(model)}`;
  const nothing = `<p class="nothing">No data: ${escapeHtml(model.noData ?? '')}</p>${model.phases.length > 0 ? chartSvg(model) : ''}`;
  return `<section aria-labelledby="h-timeline"><h2 id="h-timeline">What viewers saw</h2>${model.points.length > 0 ? chart : nothing}</section>`;
}

function pointTable({ points }: ReportModel): string {
  const rows = points.map(
    ({ atMs, viewers, sps, failed, failedRatio, startupP95Ms, rebufferRatio }) =>
      `<tr><td>${second(atMs)}</td><td>${viewers}</td><td>${sps.toFixed(1)}</td><td>${failed}${failedRatio ? ` (${percent(failedRatio)})` : ''}</td><td>${amount(startupP95Ms, 'ms')}</td><td>${amount(rebufferRatio, 'ratio')}</td></tr>`,
  );
  return `<details><summary>The figures as a table, second by second</summary><div class="scroll"><table><thead><tr><th>time</th><th>viewers</th><th>SPS</th><th>failed requests</th><th>start-up p95</th><th>rebuffering</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></details>`;
}

function readouts({ points }: ReportModel) {
  return points.map(({ atMs, viewers, sps, failed, failedRatio, startupP95Ms, rebufferRatio }) => ({
    middleMs: atMs + 500,
    said: [
      ['', second(atMs)],
      ['viewers', String(viewers)],
      ['SPS', sps.toFixed(1)],
      ['failed', `${failed} (${amount(failedRatio, 'ratio')})`],
      ['start-up p95', amount(startupP95Ms, 'ms')],
      ['rebuffering', amount(rebufferRatio, 'ratio')],
    ],
  }));
}
