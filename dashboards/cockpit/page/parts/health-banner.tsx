import { Alert } from '@patternfly/react-core';
import { wholeSeconds } from '../model/format.ts';
import type { Health } from '../model/health.ts';
import { Prose } from './prose.tsx';

/** States `stale` and `error` over a page that still shows what was last known. */
export function HealthBanner({ health }: { readonly health: Health }) {
  if (health.kind === 'stale') {
    return (
      <Alert
        data-state="stale"
        variant="warning"
        isInline
        isLiveRegion
        title={`Stale: last update ${wholeSeconds(health.ageMs)} ago`}
      >
        What is shown was true then. The cluster or this computer may be busy; the page catches up by itself.
      </Alert>
    );
  }
  if (health.kind === 'error' && health.ageMs !== undefined) {
    return (
      <Alert
        data-state="error"
        variant="danger"
        isInline
        isLiveRegion
        title={`${health.what}. What is shown is ${wholeSeconds(health.ageMs)} old`}
      >
        <p>
          <Prose>{health.todo}</Prose>
        </p>
        <p className="ff-detail">{health.detail}</p>
      </Alert>
    );
  }
  return null;
}
