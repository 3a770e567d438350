import type { ResidueModel } from '../model/run.ts';
import { Panel } from '../parts/panel.tsx';
import { type Result, ResultWord } from '../parts/result-word.tsx';

const tones: Readonly<Record<ResidueModel['state'], Result>> = {
  none: 'good',
  found: 'bad',
  unknown: 'doubt',
  pending: 'quiet',
};
const words: Readonly<Record<ResidueModel['state'], string>> = {
  none: 'none',
  found: 'found',
  unknown: 'unknown: not every target was measured again',
  pending: 'not measured yet',
};

/** What the faults left behind, measured at each target after recovery. */
export function ResidueCard({ residue: { state, rows, measured, of } }: { readonly residue: ResidueModel }) {
  return (
    <Panel
      id="residue"
      title="Residue"
      aside={<span className="ff-note">{`${measured} of ${of} targets measured`}</span>}
    >
      <ResultWord tone={tones[state]}>{words[state]}</ResultWord>
      {rows.length === 0 ? null : (
        <ul className="ff-left-behind">
          {rows.map(({ mark, pod, what, before, after }) => (
            <li key={`${mark} ${what}`}>
              <span className="ff-mono">{pod}</span>
              <span className="ff-under">
                {what}: was {before}, is <span className="ff-bad">{after}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
