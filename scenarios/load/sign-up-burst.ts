/**
 * A burst of new accounts, as a k6 script: each is made, signed in by a device's code, takes a plan with a test card and
 * watches a little; a share sends its wishes twice under one key, a share has a card that is declined. Everybody then reads
 * bills and subscription until the end. What viewers are told goes to the auditor. A virtual user is a household: it makes
 * one account after another, and reads those of all that it made.
 */
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { optionsOf } from './browsing/shoppers.ts';
import { Newcomer } from './sign-up/newcomer.ts';
import { signUpSettingsOf } from './sign-up/settings.ts';
import { between, type Random, seeded } from './viewer/random.ts';
import { settingsOf } from './viewer/settings.ts';
import { wait } from './viewer/wait.ts';

const settings = settingsOf(__ENV);
const signUp = signUpSettingsOf(__ENV);

export const options: Options = {
  ...optionsOf(settings, 'households'),
  thresholds: { sign_up_ok: ['rate>0.99'], duplicates_seen: ['count<1'], charges_acknowledged: ['count>0'] },
  summaryTrendStats: ['avg', 'min', 'med', 'p(95)', 'p(99)', 'max'],
};

let random: Random | undefined;
let nextAtMs = 0;
const household: Newcomer[] = [];

export default async function signUpBurst(): Promise<void> {
  random = random || seeded(settings.seed * 100003 + exec.vu.idInTest);
  const deadlineMs = exec.scenario.startTime + settings.durationMs;
  const nowMs = Date.now();
  if (nowMs >= nextAtMs && household.length < signUp.accounts && nowMs < deadlineMs) {
    nextAtMs = nowMs + between(random, 0.8, 1.2) * signUp.everyMs;
    // The same seed makes the same households, and yet no address twice: the platform remembers those of earlier runs.
    const started = exec.scenario.startTime.toString(36);
    const name = `n${settings.seed}-${started}-${exec.vu.idInTest}-${household.length}`;
    const newcomer = new Newcomer({ settings, signUp, random, name });
    household.push(newcomer);
    await newcomer.signUp(deadlineMs);
  }
  await Promise.all(household.map((each) => each.read()));
  await wait(Math.min(signUp.readEveryMs, Math.max(0, deadlineMs - Date.now())));
}
