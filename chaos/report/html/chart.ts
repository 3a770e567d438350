/** The timeline as one inline SVG: phases, faults as bands, and four panels over one time axis. Pure. */
import type { PhaseSpan, ReportModel } from '../model.ts';
import type { Point } from '../timeline.ts';
import { percent, second } from '../words.ts';
import { bandColumns, faultLanes, laneHeight } from './bands.ts';
import { type Frame, niceTop, round, ticks } from './scale.ts';
import { escapeHtml } from './text.ts';

export const WIDTH = 1_000;
const LEFT = 76;
const RIGHT = 16;
const PANEL_HEIGHT = 92;
const PANEL_GAP = 40;
const PHASE_HEIGHT = 30;

interface Panel {
  readonly id: string;
  readonly title: string;
  readonly value: (point: Point) => number | undefined;
  readonly label: (value: number) => string;
  /** The axis reaches at least this far, so that noise does not look like an outage. */
  readonly atLeast: number;
}

export const panels: readonly Panel[] = [
  {
    id: 'sps',
    title: 'Stream starts a second (SPS)',
    value: ({ sps }) => sps,
    label: (v) => String(Number(v.toFixed(1))),
    atLeast: 1,
  },
  { id: 'errors', title: 'Failed requests', value: ({ failedRatio }) => failedRatio, label: percent, atLeast: 0.01 },
  {
    id: 'startup',
    title: 'Start-up delay, p95',
    value: ({ startupP95Ms }) => startupP95Ms,
    label: (v) => `${Math.round(v)} ms`,
    atLeast: 200,
  },
  { id: 'rebuffer', title: 'Rebuffering', value: ({ rebufferRatio }) => rebufferRatio, label: percent, atLeast: 0.01 },
];

export function frameOf({ points, durationMs }: ReportModel): Frame {
  const fromMs = Math.min(0, points[0]?.atMs ?? 0);
  const toMs = Math.max(durationMs, fromMs + 1_000);
  const x = (ms: number) =>
    LEFT + ((Math.min(Math.max(ms, fromMs), toMs) - fromMs) / (toMs - fromMs)) * (WIDTH - LEFT - RIGHT);
  return { x, fromMs, toMs };
}

export function chartSvg(model: ReportModel): string {
  const frame = frameOf(model);
  const lanesTop = PHASE_HEIGHT + 8;
  const panelsTop = lanesTop + laneHeight(model.faults) + 34;
  const bottom = panelsTop + panels.length * (PANEL_HEIGHT + PANEL_GAP) - PANEL_GAP;
  const parts = [
    ...phaseBlocks(model.phases, frame, bottom),
    bandColumns(model.faults, frame, { top: lanesTop, bottom }),
    faultLanes(model.faults, frame, lanesTop),
    ...panels.map((panel, index) =>
      panelSvg(panel, model.points, frame, panelsTop + index * (PANEL_HEIGHT + PANEL_GAP)),
    ),
    timeAxis(frame, bottom),
    `<line class="cursor" id="cursor" x1="0" x2="0" y1="${PHASE_HEIGHT}" y2="${bottom}" visibility="hidden"/>`,
  ];
  const summary = `Timeline of ${second(frame.toMs - frame.fromMs)} with ${panels.map(({ title }) => title.toLowerCase()).join(', ')}; the same figures stand in the table below.`;
  return `<svg id="timeline" viewBox="0 0 ${WIDTH} ${bottom + 34}" role="img" aria-label="${escapeHtml(summary)}" tabindex="0" data-from="${frame.fromMs}" data-to="${frame.toMs}" data-left="${LEFT}" data-right="${WIDTH - RIGHT}">${parts.join('')}</svg>`;
}

function phaseBlocks(phases: readonly PhaseSpan[], { x }: Frame, bottom: number): string[] {
  return phases.map(({ name, fromMs, toMs }) => {
    const [left, right] = [x(fromMs), x(toMs)];
    const label =
      right - left > 54 ? `<text x="${round(left + 7)}" y="19" class="phase-name">${escapeHtml(name)}</text>` : '';
    return `<g class="phase"><rect x="${round(left)}" y="0" width="${round(Math.max(0, right - left - 1.5))}" height="${PHASE_HEIGHT - 2}" rx="3"><title>${escapeHtml(name)}: ${second(fromMs)} to ${second(toMs)}</title></rect>${label}<line x1="${round(left)}" x2="${round(left)}" y1="${PHASE_HEIGHT}" y2="${bottom}"/></g>`;
  });
}

function panelSvg(
  { id, title, value, label, atLeast }: Panel,
  points: readonly Point[],
  { x }: Frame,
  top: number,
): string {
  const values = points.map((point) => ({ atMs: point.atMs, value: value(point) }));
  const known = values.flatMap((each) => (each.value === undefined ? [] : [each.value]));
  const highest = niceTop(Math.max(atLeast, ...known));
  const base = top + PANEL_HEIGHT;
  const y = (each: number) => base - (each / highest) * PANEL_HEIGHT;
  const grid = ticks(highest).map(
    (tick) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(tick))}" y2="${round(y(tick))}"/><text class="tick" x="${LEFT - 8}" y="${round(y(tick) + 4)}" text-anchor="end">${escapeHtml(label(tick))}</text>`,
  );
  const runs = runsOf(values);
  const at = ({ atMs, value: each }: Known) => `${round(x(atMs + 500))},${round(y(each))}`;
  const shapes = runs.map((run) => {
    const [first, last] = [run[0]!, run.at(-1)!];
    const line = run.map(at).join(' ');
    const area = `${round(x(first.atMs + 500))},${base} ${line} ${round(x(last.atMs + 500))},${base}`;
    const dot =
      run.length === 1
        ? `<circle class="line-dot" cx="${round(x(first.atMs + 500))}" cy="${round(y(first.value))}" r="2.5"/>`
        : '';
    return `<polygon class="area" points="${area}"/><polyline class="line" points="${line}"/>${dot}`;
  });
  const empty =
    known.length === 0
      ? `<text class="empty" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${top + PANEL_HEIGHT / 2 + 5}" text-anchor="middle">no data</text>`
      : '';
  return `<g class="panel ${id}"><text class="panel-title" x="${LEFT}" y="${top - 10}">${escapeHtml(title)}</text>${grid.join('')}${shapes.join('')}${empty}</g>`;
}

interface Known {
  readonly atMs: number;
  readonly value: number;
}

/** Stretches of known values: a line is never drawn over seconds of which nothing is known. */
export function runsOf(
  values: ReadonlyArray<{ readonly atMs: number; readonly value: number | undefined }>,
): readonly Known[][] {
  const runs: Known[][] = [];
  let previous: number | undefined;
  for (const { atMs, value } of values) {
    if (value === undefined) previous = undefined;
    else {
      if (previous === undefined || atMs - previous > 1_500) runs.push([]);
      runs.at(-1)!.push({ atMs, value });
      previous = atMs;
    }
  }
  return runs;
}

function timeAxis({ x, fromMs, toMs }: Frame, bottom: number): string {
  const stepMs =
    [5_000, 10_000, 15_000, 30_000, 60_000, 300_000, 600_000].find((each) => (toMs - fromMs) / each <= 14) ?? 1_800_000;
  const marks: string[] = [];
  for (let ms = Math.ceil(fromMs / stepMs) * stepMs; ms <= toMs; ms += stepMs) {
    marks.push(`<text class="tick" x="${round(x(ms))}" y="${bottom + 20}" text-anchor="middle">${ms / 1_000} s</text>`);
  }
  return `<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${bottom}" y2="${bottom}"/>${marks.join('')}`;
}
