/** People who look around for long and play nothing: home rows, genres, a title and what is similar, a search, a page of titles. */
import { optionsOf, Shopper } from './browsing/shoppers.ts';
import { between, pick } from './viewer/random.ts';
import { settingsOf } from './viewer/settings.ts';
import { wait } from './viewer/wait.ts';

const settings = settingsOf(__ENV);
export const options = optionsOf(settings, 'browsers');

/** As people type: whole words, beginnings, and a mistake. */
const WORDS = ['big', 'buck', 'night', 'riv', 'lovv', 'the last'];
const PAUSE_MS = 1000;

let shopper: Shopper | undefined;

export default async function browseHeavy(): Promise<void> {
  shopper = shopper || new Shopper(settings);
  if (!(await shopper.come(PAUSE_MS))) return;
  const { random } = shopper;
  const title = encodeURIComponent(shopper.title());
  const paths = [
    '/v1/browse',
    '/v1/genres',
    `/v1/titles/${title}`,
    `/v1/titles/${title}/similar`,
    `/v1/search?q=${encodeURIComponent(pick(random, WORDS) || 'big')}`,
    '/v1/titles?limit=50',
  ];
  await shopper.look(pick(random, paths) || '/v1/browse');
  await wait(between(random, 0.1, 0.5) * PAUSE_MS);
}
