/** Faults on the timeline: one lane each, and a light column behind the panels. */
import type { FaultRow } from '../model.ts';
import { second } from '../words.ts';
import { type Frame, round } from './scale.ts';
import { escapeHtml } from './text.ts';

const LANE = 22;
const LANES_SHOWN = 12;

export const laneHeight = (faults: readonly FaultRow[]): number => Math.min(faults.length, LANES_SHOWN + 1) * LANE;

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** While it was there; a fault that is over at once lasts until what it hit was replaced. */
function spanOf({ injectedMs, untilMs, readyAgainMs }: FaultRow): Span | undefined {
  if (injectedMs === undefined) return undefined;
  return { fromMs: injectedMs, toMs: Math.max(injectedMs, untilMs ?? readyAgainMs ?? injectedMs) };
}

export function faultLanes(faults: readonly FaultRow[], { x }: Frame, top: number): string {
  const lanes = faults.slice(0, LANES_SHOWN).map((fault, index) => {
    const y = top + index * LANE;
    const span = spanOf(fault);
    const name = `${fault.fault}, ${fault.region}/${fault.pod}`;
    if (!span)
      return `<text class="lane-name" x="${round(x(0) + 6)}" y="${y + 14}">${escapeHtml(name)}: not injected</text>`;
    const [left, right] = [x(span.fromMs), x(span.toMs)];
    const width = Math.max(4, right - left);
    const beside = left + width + 8;
    // The name stands right of its bar, or left of it where the bar ends near the edge.
    const fits = beside + name.length * 7 < 990;
    return `<g class="lane${fault.potent ? '' : ' unproven'}"><rect x="${round(left)}" y="${y + 3}" width="${round(width)}" height="${LANE - 8}" rx="3"><title>${escapeHtml(name)}: ${second(span.fromMs)} to ${second(span.toMs)}. ${escapeHtml(fault.effect)}</title></rect><text class="lane-name" x="${round(fits ? beside : left - 8)}" y="${y + 14}"${fits ? '' : ' text-anchor="end"'}>${escapeHtml(name)}</text></g>`;
  });
  const more = faults.length - LANES_SHOWN;
  if (more > 0)
    lanes.push(
      `<text class="lane-name" x="${round(x(0) + 6)}" y="${top + LANES_SHOWN * LANE + 14}">and ${more} more: see the table</text>`,
    );
  return lanes.join('');
}

export function bandColumns(
  faults: readonly FaultRow[],
  { x }: Frame,
  { top, bottom }: { top: number; bottom: number },
): string {
  const spans = faults.flatMap((fault) => spanOf(fault) ?? []);
  return merged(spans)
    .map(({ fromMs, toMs }) => {
      const left = x(fromMs);
      return `<rect class="band" x="${round(left)}" y="${top}" width="${round(Math.max(2, x(toMs) - left))}" height="${bottom - top}"/>`;
    })
    .join('');
}

/** Overlapping spans as one, so that the column is not darker where two faults meet. */
export function merged(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1);
    if (last && span.fromMs <= last.toMs)
      result[result.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) };
    else result.push(span);
  }
  return result;
}
