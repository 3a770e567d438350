import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { Band } from '../model/series.ts';

export interface ChartProps {
  readonly title: string;
  readonly seconds: readonly number[];
  readonly values: readonly (number | null)[];
  readonly bands: readonly Band[];
  /** The newest value with its unit: what a reader who cannot see the curve is told. */
  readonly latest: string;
  /** The axis goes at least this high, so that noise near zero does not fill it. */
  readonly atLeast: number;
}

/** One live curve with the faults as bands behind it. */
export function Chart({ title, seconds, values, bands, latest, atLeast }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const shown = useRef(bands);
  shown.current = bands;

  useEffect(() => {
    const host = place.current;
    if (!host) return;
    const make = () => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsFor({ host, atLeast, bands: () => shown.current }), [[], []], host);
    };
    make();
    const sized = new ResizeObserver(() =>
      plot.current?.setSize({ width: host.clientWidth, height: host.clientHeight }),
    );
    sized.observe(host);
    // Colours are read when it is made.
    document.addEventListener('themechange', make);
    return () => {
      document.removeEventListener('themechange', make);
      sized.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [atLeast]);

  useEffect(() => {
    plot.current?.setData([seconds as number[], values as (number | null)[]]);
  });

  return (
    <figure className="ff-chart">
      <figcaption>{title}</figcaption>
      <div ref={place} role="img" aria-label={`${title}: ${latest}, ${seconds.length} points`} />
    </figure>
  );
}

interface Parts {
  readonly host: HTMLElement;
  readonly atLeast: number;
  readonly bands: () => readonly Band[];
}

function optionsFor({ host, atLeast, bands }: Parts): uPlot.Options {
  const styles = getComputedStyle(host);
  const color = (name: string) => styles.getPropertyValue(name).trim();
  const axis = { stroke: color('--ff-ink-2'), font: '11px "Red Hat Text", sans-serif', ticks: { show: false } };
  const grid = { stroke: color('--ff-line'), width: 1 };
  return {
    width: host.clientWidth,
    height: host.clientHeight,
    padding: [6, 6, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, Math.max(atLeast, (max ?? 0) * 1.1)] } },
    axes: [
      { ...axis, size: 18, gap: 2, grid: { show: false }, values: (_plot, ticks) => ticks.map((s) => `${s} s`) },
      { ...axis, size: 42, gap: 4, grid, space: 28 },
    ],
    series: [{}, { stroke: color('--ff-curve'), width: 1.5, points: { show: false }, spanGaps: false }],
    hooks: {
      drawClear: [
        (plot) => {
          const { ctx, bbox } = plot;
          ctx.save();
          ctx.fillStyle = color('--ff-band');
          for (const { fromSeconds, toSeconds } of bands()) {
            const from = Math.max(bbox.left, plot.valToPos(fromSeconds, 'x', true));
            const to = Math.min(bbox.left + bbox.width, Math.max(from + 2, plot.valToPos(toSeconds, 'x', true)));
            if (to > from) ctx.fillRect(from, bbox.top, to - from, bbox.height);
          }
          ctx.restore();
        },
      ],
    },
  };
}
