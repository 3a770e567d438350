/**
 * A viewer, as a k6 script: signs in, browses, starts a title, watches it with a player's buffer and choice of
 * rendition, and after some seconds starts another one. Runs on k6 (1.0 or later) and on the embedded driver alike.
 * One iteration is one title; a viewer's session lives as long as its virtual user.
 */
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { type Account, browse, newAccount, signIn } from './viewer/account.ts';
import { play } from './viewer/playback.ts';
import { between, pick, type Random, seeded } from './viewer/random.ts';
import { settingsOf } from './viewer/settings.ts';
import { wait } from './viewer/wait.ts';

const settings = settingsOf(__ENV);
const { viewers, durationMs, rampUpMs, titleMs } = settings;

export const options: Options = {
  scenarios: {
    viewers: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: [
        { duration: `${rampUpMs}ms`, target: viewers },
        { duration: `${durationMs - rampUpMs}ms`, target: viewers },
      ],
      // What is under way when time is up is still answered or times out, and counts.
      gracefulStop: '20s',
    },
  },
  summaryTrendStats: ['avg', 'min', 'med', 'p(95)', 'p(99)', 'max'],
};

const BROWSE_AGAIN_AFTER = 5;
const PAUSE_MS = 1000;

let random: Random | undefined;
let account: Account | undefined;
let titles = 0;

export default async function viewer(): Promise<void> {
  random = random || seeded(settings.seed * 100003 + exec.vu.idInTest);
  account = account || newAccount(settings, random);
  const deadlineMs = exec.scenario.startTime + durationMs;
  const pause = () => wait(Math.min(PAUSE_MS, Math.max(0, deadlineMs - Date.now())));
  if (account.token === '' && !(await signIn(account))) return pause();
  if (account.titles.length === 0 || titles % BROWSE_AGAIN_AFTER === 0) await browse(account);
  const titleId = pick(random, account.titles);
  if (titleId === undefined) return pause();
  // The first title is cut shorter at random, so that viewers who came together do not all change titles together.
  const playForMs = titles === 0 ? between(random, 0.2, 1) * titleMs : between(random, 0.6, 1.4) * titleMs;
  const key = `${account.session}-${titles}`;
  titles++;
  if (Date.now() >= deadlineMs) return;
  if (!(await play({ account, titleId, key, playForMs, deadlineMs }))) await pause();
}
