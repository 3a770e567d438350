import type { FaultRow } from '../model/faults.ts';
import { Panel } from '../parts/panel.tsx';
import { type Result, ResultWord } from '../parts/result-word.tsx';

const residueTones: Readonly<Record<FaultRow['residue'], Result>> = {
  none: 'good',
  found: 'bad',
  unknown: 'doubt',
  pending: 'quiet',
};

/** Each fault at its target: whether it is there, until when, and what was measured of it. */
export function FaultsCard({ faults }: { readonly faults: readonly FaultRow[] }) {
  return (
    <Panel id="faults" title="Faults">
      <div className="ff-scroll">
        <table className="ff-table">
          <thead>
            <tr>
              <th scope="col">Fault</th>
              <th scope="col">Target</th>
              <th scope="col">State</th>
              <th scope="col">Expiry</th>
              <th scope="col">Measured effect</th>
              <th scope="col">Residue</th>
            </tr>
          </thead>
          <tbody>
            {faults.map((row) => (
              <tr key={row.id}>
                <th scope="row">{row.fault}</th>
                <td>
                  <span className="ff-mono">{row.target}</span>
                  <span className="ff-under">{row.where}</span>
                </td>
                <td>
                  <span className={`ff-state ff-state-${row.state}`}>{row.state}</span>
                </td>
                <td className={row.overdue ? 'ff-nowrap ff-bad' : 'ff-nowrap'}>{row.expiry}</td>
                <td>
                  <Effect row={row} />
                </td>
                <td>
                  <ResultWord tone={residueTones[row.residue]}>{row.residue}</ResultWord>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Effect({ row: { potent, effect } }: { readonly row: FaultRow }) {
  const tone: Result = potent === undefined ? 'quiet' : potent ? 'good' : 'doubt';
  const word = potent === undefined ? 'not measured' : potent ? 'measured' : 'no effect';
  return (
    <>
      <ResultWord tone={tone}>{word}</ResultWord>
      {effect ? <span className="ff-under">{effect}</span> : null}
    </>
  );
}
