import { bitsText } from '../model/words.ts';
import type { Underneath } from './underneath.ts';

interface DrawerProps {
  readonly seen: Underneath | undefined;
  readonly region: string | undefined;
  readonly trace: string | undefined;
}

/** What is happening underneath, for who wants to see a failover. */
export function Drawer({ seen, region, trace }: DrawerProps) {
  const facts: ReadonlyArray<readonly [name: string, label: string, value: string]> = [
    [
      'player',
      'Player',
      seen === undefined ? 'none yet' : seen.format === 'hls' ? 'HLS, hls.js' : 'DASH, shaka-player',
    ],
    ['edge', 'Edge', seen?.edge ?? 'none yet'],
    ['failovers', 'Edges left', String(seen?.failovers ?? 0)],
    ['rendition', 'Rendition', seen?.rendition ?? 'choosing'],
    ['loading', 'Rendition to come', seen?.loading ?? 'choosing'],
    ['buffer', 'Buffer', `${(seen?.bufferSeconds ?? 0).toFixed(1)} s`],
    ['bandwidth', 'Bandwidth', bitsText(seen?.bandwidthBps)],
    ['stalls', 'Stalls', String(seen?.stalls ?? 0)],
    ['dropped', 'Frames dropped', String(seen?.droppedFrames ?? 0)],
    ['region', 'Region', region ?? 'not known'],
    ['trace', 'Trace of the start', trace ?? 'not known'],
  ];
  return (
    <details className="drawer" open>
      <summary>What is happening underneath</summary>
      <dl aria-label="Edge, rendition and buffer of the film">
        {facts.map(([name, label, value]) => (
          <div key={name}>
            <dt>{label}</dt>
            <dd data-fact={name}>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
