import type { FeedState } from '../../feed/wire.ts';
import { known } from '../model/health.ts';
import { platformOf } from '../model/platform.ts';
import { Panel } from '../parts/panel.tsx';
import { PodDots } from '../platform/pod-dots.tsx';

/** The platform at a glance: a dot a pod, by region and service. */
export function PlatformCard({ state }: { readonly state: FeedState }) {
  const groups = platformOf(state);
  const services = [...new Set(groups.flatMap((group) => group.services.map(({ service }) => service)))].sort();
  return (
    <Panel id="platform" title="Platform" aside={<a href="#/platform">All pods</a>}>
      {groups.length === 0 ? (
        <p className="ff-note">{known(state, 'pods') ? 'No pod of Faultflix on this cluster.' : 'Reading pods…'}</p>
      ) : (
        <div className="ff-scroll">
          <table className="ff-table ff-grid">
            <thead>
              <tr>
                <th scope="col">Service</th>
                {groups.map(({ region, ready, pods }) => (
                  <th scope="col" key={region}>
                    {region} <span className="ff-quiet">{`${ready}/${pods}`}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {services.map((service) => (
                <tr key={service}>
                  <th scope="row">{service}</th>
                  {groups.map((group) => (
                    <td key={group.region}>
                      <PodDots pods={group.services.find((row) => row.service === service)?.pods ?? []} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
