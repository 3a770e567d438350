import { age } from '../model/format.ts';
import type { RegionGroup } from '../model/platform.ts';
import { Panel } from '../parts/panel.tsx';
import { PodSign, podWords } from './pod-dots.tsx';

/** The pods of one region. */
export function RegionCard({ group, nowMs }: { readonly group: RegionGroup; readonly nowMs: number }) {
  const { region, services, ready, pods, restarts } = group;
  const summary = `${ready} of ${pods} ready${restarts > 0 ? ` · ${restarts} restarts` : ''}`;
  return (
    <Panel id={`region-${region}`} title={region} aside={<span className="ff-note">{summary}</span>}>
      <div className="ff-scroll">
        <table className="ff-table ff-pods">
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Pod</th>
              <th scope="col">State</th>
              <th scope="col" className="ff-number">
                Restarts
              </th>
              <th scope="col" className="ff-number">
                Age
              </th>
              <th scope="col">Node</th>
            </tr>
          </thead>
          {services.map((row) => (
            <tbody key={row.service}>
              {row.pods.map((pod, index) => (
                <tr key={pod.uid}>
                  {index === 0 ? (
                    <th scope="rowgroup" rowSpan={row.pods.length}>
                      {row.service}
                    </th>
                  ) : null}
                  <td className="ff-mono">{pod.name}</td>
                  <td className="ff-nowrap">
                    <PodSign pod={pod} /> {podWords(pod)}
                  </td>
                  <td className={`ff-number${pod.restarts > 0 ? ' ff-bad' : ''}`}>{pod.restarts}</td>
                  <td className="ff-number">{age(nowMs - Date.parse(pod.createdAt))}</td>
                  <td className="ff-mono">{pod.node || '—'}</td>
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </Panel>
  );
}
