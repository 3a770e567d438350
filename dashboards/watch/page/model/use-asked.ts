import { useCallback, useEffect, useState } from 'react';
import { type ApiError, asApiError } from './api-error.ts';

/** Every state that something asked for can be in; a page shows each of them. */
export type Asked<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'there'; readonly value: T; readonly again: () => void }
  | { readonly state: 'failed'; readonly error: ApiError; readonly again: () => void };

/** Asks when `key` changes, and again when told; the answer to an earlier key is dropped. */
export function useAsked<T>(key: string, ask: () => Promise<T>): Asked<T> {
  const [attempt, setAttempt] = useState(0);
  const again = useCallback(() => setAttempt((before) => before + 1), []);
  const [asked, setAsked] = useState<Asked<T>>({ state: 'loading' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says what `ask` asks for
  useEffect(() => {
    let current = true;
    setAsked({ state: 'loading' });
    ask().then(
      (value) => current && setAsked({ state: 'there', value, again }),
      (thrown: unknown) => {
        if (current) setAsked({ state: 'failed', error: asApiError(thrown), again });
      },
    );
    return () => {
      current = false;
    };
  }, [key, attempt, again]);
  return asked;
}
