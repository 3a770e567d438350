/** What a viewer can do about what went wrong. Pure. */
import type { ApiError } from './api-error.ts';

export type Action = 'again' | 'sign-in' | 'plans' | 'home';

export interface Advice {
  /** What happened, in a viewer's words. */
  readonly says: string;
  readonly todo: string;
  /** The best first. */
  readonly actions: readonly Action[];
  /** Asking earlier is in vain; it is asked again by itself then. */
  readonly waitSeconds?: number;
}

/** Longer than this nobody looks at a page that waits. */
const LONGEST_WAIT_SECONDS = 120;

export function adviceOf(error: ApiError, { online }: { readonly online: boolean }): Advice {
  if (!online && error.status === 0)
    return {
      says: 'You are offline.',
      todo: 'Connect to the internet; the page goes on by itself.',
      actions: ['again'],
    };
  switch (error.code) {
    case 'rate-limited': {
      const waitSeconds = Math.min(Math.ceil(error.retryAfterSeconds ?? 1), LONGEST_WAIT_SECONDS);
      const todo = `Wait ${waitSeconds} s: the page asks again by itself.`;
      return { says: 'That was asked too often.', todo, actions: ['again'], waitSeconds };
    }
    case 'unauthenticated':
      return { says: 'Your sign-in has ended.', todo: 'Sign in again to go on.', actions: ['sign-in', 'home'] };
    case 'not-found':
      return { says: `Not found: ${error.message}.`, todo: 'Choose something else.', actions: ['home', 'again'] };
    case 'bad-input':
      return { says: `That was refused: ${error.message}.`, todo: sentence(error.expected), actions: ['again'] };
    case 'conflict':
    case 'forbidden':
    case 'gone':
      return {
        says: sentence(error.message),
        todo: sentence(error.todo ?? error.expected),
        actions: ['again', 'home'],
      };
    default:
      return {
        says: error.status === 0 ? 'Faultflix does not answer.' : `Faultflix cannot do it just now (${error.message}).`,
        todo: 'Try again in a moment.',
        actions: ['again'],
        ...(error.retryAfterSeconds === undefined
          ? {}
          : { waitSeconds: Math.min(Math.ceil(error.retryAfterSeconds), LONGEST_WAIT_SECONDS) }),
      };
  }
}

/** The same where a film was to be started: what keeps one from it has names of its own. */
export function playAdviceOf(error: ApiError, device: { readonly online: boolean }): Advice {
  if (error.code === 'conflict')
    return {
      says: `All films that your plan lets you watch at a time are being watched${error.expected === undefined ? '' : ` (${error.expected})`}.`,
      todo: 'Stop one of them, or choose a larger plan.',
      actions: ['again', 'plans', 'home'],
    };
  if (error.code === 'forbidden')
    return {
      says: sentence(error.message),
      todo: sentence(error.todo ?? 'choose another title'),
      actions: ['home'],
    };
  if (error.code === 'gone')
    return {
      says: 'Another device has taken the place of this one.',
      todo: 'Go on here, and the other one stops; or choose a larger plan.',
      actions: ['again', 'plans'],
    };
  return adviceOf(error, device);
}

const sentence = (text: string | undefined): string =>
  text === undefined || text === ''
    ? ''
    : `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
