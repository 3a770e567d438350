import type { ReactNode } from 'react';
import type { Asked } from '../model/use-asked.ts';

interface ShownProps<T> {
  readonly asked: Asked<T>;
  /** What it is, for who waits: `the titles`. */
  readonly what: string;
  readonly children: (value: T) => ReactNode;
}

/** Loading, failed or there: nothing that is asked for has another state. */
export function Shown<T>({ asked, what, children }: ShownProps<T>) {
  if (asked.state === 'loading') {
    return (
      <p className="note" role="status" data-state="loading">
        Loading {what}…
      </p>
    );
  }
  if (asked.state === 'failed') {
    const { error, again } = asked;
    return (
      <div className="note" role="alert" data-state="failed" data-code={error.code}>
        <p>
          {what.charAt(0).toUpperCase() + what.slice(1)} cannot be shown: {error.message}
        </p>
        <button type="button" onClick={again}>
          Try again
        </button>
      </div>
    );
  }
  return <>{children(asked.value)}</>;
}

export function Empty({ children }: { readonly children: ReactNode }) {
  return (
    <p className="note" data-state="empty">
      {children}
    </p>
  );
}
