import { Label } from '@patternfly/react-core';
import type { ExperimentRow } from '../model/experiments.ts';
import { OutcomeLabel } from '../parts/outcome-label.tsx';
import { Panel } from '../parts/panel.tsx';
import { runAddress } from '../route.ts';

export function ExperimentsCard({ rows }: { readonly rows: readonly ExperimentRow[] }) {
  return (
    <Panel id="experiments" title="Experiments" aside={<span className="ff-note">{rows.length} on this cluster</span>}>
      <div className="ff-scroll">
        <table className="ff-table ff-wide" data-state="experiments">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Phase</th>
              <th scope="col">Outcome</th>
              <th scope="col">What happens, and why it ended so</th>
              <th scope="col">Started</th>
              <th scope="col" className="ff-number">
                Took
              </th>
              <th scope="col" className="ff-number">
                Seed
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.uid}>
                <th scope="row">
                  <a href={runAddress(row.name)}>{row.name}</a>
                </th>
                <td>
                  <Label isCompact color={row.running ? 'blue' : 'grey'} variant="outline">
                    {row.phase}
                  </Label>
                </td>
                <td>{row.outcome ? <OutcomeLabel outcome={row.outcome} /> : <span className="ff-quiet">—</span>}</td>
                <td>
                  {row.title}
                  {row.why ? <span className="ff-under">{row.why}</span> : null}
                </td>
                <td className="ff-nowrap">{row.started}</td>
                <td className="ff-number">{row.took}</td>
                <td className="ff-number">{row.seed}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
