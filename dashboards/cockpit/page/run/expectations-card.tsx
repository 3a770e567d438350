import type { ExpectationRow } from '../model/expectations.ts';
import { Panel } from '../parts/panel.tsx';
import { type Result, ResultWord } from '../parts/result-word.tsx';

const tones: Readonly<Record<ExpectationRow['result'], Result>> = {
  held: 'good',
  deviated: 'bad',
  inconclusive: 'doubt',
  pending: 'quiet',
};

/** The steady state that is expected, and what was measured. */
export function ExpectationsCard({ expectations }: { readonly expectations: readonly ExpectationRow[] }) {
  return (
    <Panel id="expectations" title="Steady state">
      {expectations.length === 0 ? (
        <p className="ff-note">Nothing is expected: this run can only be inconclusive.</p>
      ) : null}
      <div className="ff-scroll">
        <table className="ff-table">
          <thead>
            <tr>
              <th scope="col">Measure</th>
              <th scope="col">Expected</th>
              <th scope="col" className="ff-number">
                Baseline
              </th>
              <th scope="col" className="ff-number">
                Under fault
              </th>
              <th scope="col">Result</th>
            </tr>
          </thead>
          <tbody>
            {expectations.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an expectation is known by its place in the Experiment
              <tr key={index}>
                <th scope="row">{row.measure}</th>
                <td>{row.expected}</td>
                <td className="ff-number">{row.baseline}</td>
                <td className="ff-number">{row.fault}</td>
                <td>
                  <ResultWord tone={tones[row.result]}>{row.result}</ResultWord>
                  {row.reason ? <span className="ff-under">{row.reason}</span> : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
