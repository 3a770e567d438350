import type { FeedState } from '../../feed/wire.ts';
import { platformOf } from '../model/platform.ts';
import { EmptyPlatform } from '../parts/states.tsx';
import { RegionCard } from './region-card.tsx';

/** Every pod by region and service. */
export function PlatformPage({ state, nowMs }: { readonly state: FeedState; readonly nowMs: number }) {
  const groups = platformOf(state);
  if (groups.length === 0) return <EmptyPlatform />;
  return (
    <div className="ff-regions" data-state="platform">
      {groups.map((group) => (
        <RegionCard key={group.region} group={group} nowMs={nowMs} />
      ))}
    </div>
  );
}
