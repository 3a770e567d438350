/**
 * One live region for the whole page, there from the beginning: readers of the screen hear what is put into a region that
 * they know, and may miss one that comes with its words.
 */
import { useSyncExternalStore } from 'react';

let words = '';
const listeners = new Set<() => void>();

export function announce(text: string): void {
  // The same words again are heard again only when they differ.
  words = text === words ? `${text}\u00a0` : text;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function Announcer() {
  const said = useSyncExternalStore(subscribe, () => words);
  return (
    <p className="hidden" aria-live="polite" data-announced="">
      {said}
    </p>
  );
}
