import type { Priority } from '../request-context.ts';

/**
 * Who may use how much of a server's concurrency limit: under load prefetch goes first, then browsing, then starting, so
 * that who is playing goes on playing. After Netflix's prioritized load shedding
 * (https://netflixtechblog.com/keeping-netflix-reliable-using-prioritized-load-shedding-6cc827b02f94), whose partitions
 * are of the same limiter; the shares are ours.
 */
export const shares: Readonly<Record<Priority, number>> = {
  playing: 1,
  starting: 0.9,
  browsing: 0.75,
  prefetch: 0.5,
};

/** Part of the limit that calls of this priority may fill. With the guard off everybody is alike. */
export const shareOf = (priority: Priority, sheddingOn: boolean): number => (sheddingOn ? shares[priority] : 1);
