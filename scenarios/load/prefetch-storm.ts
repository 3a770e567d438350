/** Apps that load ahead what nobody has asked for yet, without a pause, at the lowest priority: what is to be shed first. */
import { optionsOf, Shopper } from './browsing/shoppers.ts';
import { settingsOf } from './viewer/settings.ts';
import { wait } from './viewer/wait.ts';

const settings = settingsOf(__ENV);
export const options = optionsOf(settings, 'prefetchers');

/** https://www.w3.org/TR/baggage/ */
const PREFETCH = { baggage: 'priority=prefetch' };
const PAUSE_MS = 1000;
/** Of one app at once. */
const AHEAD = 4;

let shopper: Shopper | undefined;

export default async function prefetchStorm(): Promise<void> {
  shopper = shopper || new Shopper(settings);
  if (!(await shopper.come(PAUSE_MS))) return;
  const looks: Promise<void>[] = [];
  for (let n = 0; n < AHEAD; n++)
    looks.push(shopper.look(`/v1/titles/${encodeURIComponent(shopper.title())}`, PREFETCH));
  await Promise.all(looks);
  // Others' turns come between; a refusal comes at once, and must not make a busy loop.
  await wait(20);
}
