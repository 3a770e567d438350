import { useEffect, useState } from 'react';
import { ApiError } from './api.ts';

/** Every state that something asked for can be in; a page shows each of them. */
export type Asked<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'there'; readonly value: T }
  | { readonly state: 'failed'; readonly error: ApiError; readonly again: () => void };

/** Asks when `key` changes, and again when told; the answer to an earlier key is dropped. */
export function useAsked<T>(key: string, ask: () => Promise<T>): Asked<T> {
  const [attempt, setAttempt] = useState(0);
  const [asked, setAsked] = useState<Asked<T>>({ state: 'loading' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says what `ask` asks for
  useEffect(() => {
    let current = true;
    setAsked({ state: 'loading' });
    ask().then(
      (value) => current && setAsked({ state: 'there', value }),
      (thrown: unknown) => {
        const error = thrown instanceof ApiError ? thrown : new ApiError('internal', 0, String(thrown));
        if (current) setAsked({ state: 'failed', error, again: () => setAttempt((before) => before + 1) });
      },
    );
    return () => {
      current = false;
    };
  }, [key, attempt]);
  return asked;
}
