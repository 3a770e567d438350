import { type ReactNode, useEffect, useState } from 'react';
import { type Action, type Advice, adviceOf } from '../model/advice.ts';
import type { ApiError } from '../model/api-error.ts';
import { signIn } from '../model/sign-in.ts';
import type { Asked } from '../model/use-asked.ts';
import { fragmentOf } from '../route.ts';

interface ShownProps<T> {
  readonly asked: Asked<T>;
  /** What it is, for who waits: `the titles`. */
  readonly what: string;
  readonly children: (value: T) => ReactNode;
  /** What to do about an error, where the page knows better. */
  readonly advice?: (error: ApiError, device: { readonly online: boolean }) => Advice;
}

/** Loading, failed or there: nothing that is asked for has another state. */
export function Shown<T>({ asked, what, children, advice }: ShownProps<T>) {
  if (asked.state === 'loading') return <Loading what={what} />;
  if (asked.state === 'failed') {
    return <Failed what={what} error={asked.error} again={asked.again} {...(advice ? { advice } : {})} />;
  }
  return <>{children(asked.value)}</>;
}

export function Loading({ what }: { readonly what: string }) {
  return (
    <p className="note" role="status" data-state="loading">
      Loading {what}…
    </p>
  );
}

interface FailedProps {
  readonly what: string;
  readonly error: ApiError;
  readonly again: () => void;
  readonly advice?: (error: ApiError, device: { readonly online: boolean }) => Advice;
}

/** What happened, what to do, and the buttons to do it. Asks again by itself where that is of use. */
export function Failed({ what, error, again, advice = adviceOf }: FailedProps) {
  const { says, todo, actions, waitSeconds } = advice(error, { online: navigator.onLine });
  useEffect(() => {
    addEventListener('online', again);
    const waiting = waitSeconds === undefined ? undefined : setTimeout(again, waitSeconds * 1_000);
    return () => {
      removeEventListener('online', again);
      clearTimeout(waiting);
    };
  }, [again, waitSeconds]);
  return (
    <div className="note" data-state="failed" data-code={error.code}>
      <div role="alert">
        <p>
          <strong>{says}</strong> <span className="hidden">{what} cannot be shown.</span>
        </p>
        <p>{todo}</p>
      </div>
      {waitSeconds !== undefined && <Countdown seconds={waitSeconds} />}
      <p className="actions">
        {actions.map((action) => (
          <ActionOf key={action} action={action} again={again} />
        ))}
      </p>
    </div>
  );
}

/** For the eye alone: who hears the page was told how long it is, once. */
function Countdown({ seconds }: { readonly seconds: number }) {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const ticking = setInterval(() => setLeft((before) => Math.max(0, before - 1)), 1_000);
    return () => clearInterval(ticking);
  }, []);
  return (
    <p aria-hidden="true" className="facts">
      Again in {left} s
    </p>
  );
}

function ActionOf({ action, again }: { readonly action: Action; readonly again: () => void }) {
  switch (action) {
    case 'again':
      return (
        <button
          type="button"
          onClick={() => {
            // The button goes away with the error: who was at it is left at the page, not at its beginning.
            document.querySelector('main')?.focus();
            again();
          }}
        >
          Try again
        </button>
      );
    case 'sign-in':
      return (
        <button type="button" onClick={() => void signIn()}>
          Sign in again
        </button>
      );
    case 'plans':
      return <a href={fragmentOf({ page: 'account' })}>Plans</a>;
    case 'home':
      return <a href={fragmentOf({ page: 'home' })}>To all titles</a>;
  }
}

/** What went wrong with something that a viewer has pressed: they can press it again. */
export function Trouble({ error }: { readonly error: ApiError }) {
  const { says, todo, actions } = adviceOf(error, { online: navigator.onLine });
  return (
    <div className="note" role="alert" data-code={error.code}>
      <strong>{says}</strong> {todo}{' '}
      {actions.includes('sign-in') && (
        <button type="button" onClick={() => void signIn()}>
          Sign in again
        </button>
      )}
    </div>
  );
}

export function Empty({ children }: { readonly children: ReactNode }) {
  return (
    <p className="note" data-state="empty">
      {children}
    </p>
  );
}
