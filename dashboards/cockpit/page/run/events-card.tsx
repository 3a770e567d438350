import type { EventRecord } from '#chaos/engine/journal.ts';
import { timeOfDay } from '../model/format.ts';
import { Panel } from '../parts/panel.tsx';

/** What the journal says happened, newest first. */
export function EventsCard({ events }: { readonly events: readonly EventRecord[] }) {
  return (
    <Panel id="events" title="Events">
      {events.length === 0 ? (
        <p className="ff-note">None yet.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <ol className="ff-events" tabIndex={0} aria-label="Events, newest first">
          {events.map(({ atMs, type, message }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two events may be alike; the list only grows
            <li key={events.length - index}>
              <time dateTime={new Date(atMs).toISOString()}>{timeOfDay(atMs)}</time> <b>{type}</b> {message}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
