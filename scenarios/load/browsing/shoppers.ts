import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { type Account, browse, newAccount, signIn } from '../viewer/account.ts';
import { call } from '../viewer/call.ts';
import { pick, type Random, seeded } from '../viewer/random.ts';
import type { Settings } from '../viewer/settings.ts';
import { wait } from '../viewer/wait.ts';

/** Users that come within the ramp and go on until time is up. */
export function optionsOf({ viewers, durationMs, rampUpMs }: Settings, scenario: string): Options {
  return {
    scenarios: {
      [scenario]: {
        executor: 'ramping-vus',
        startVUs: 0,
        stages: [
          { duration: `${rampUpMs}ms`, target: viewers },
          { duration: `${durationMs - rampUpMs}ms`, target: viewers },
        ],
        gracefulStop: '20s',
      },
    },
  };
}

/** One who looks around and plays nothing; lives as long as its virtual user. */
export class Shopper {
  readonly account: Account;
  readonly random: Random;

  constructor(settings: Settings) {
    this.random = seeded(settings.seed * 100003 + exec.vu.idInTest);
    this.account = newAccount(settings, this.random);
  }

  /** False, after a pause: there is no session, or nothing to look at. */
  async come(pauseMs: number): Promise<boolean> {
    const { account } = this;
    if (account.token === '' && !(await signIn(account))) {
      await wait(pauseMs);
      return false;
    }
    if (account.titles.length === 0) await browse(account);
    if (account.titles.length > 0) return true;
    await wait(pauseMs);
    return false;
  }

  title(): string {
    return pick(this.random, this.account.titles) || '';
  }

  /** Counts as a request of kind `browse`. `headers` besides the token. */
  async look(path: string, headers: { readonly [name: string]: string } = {}): Promise<void> {
    const { account } = this;
    const answer = await call({
      kind: 'browse',
      hosts: account.routers,
      path,
      headers: { authorization: `Bearer ${account.token}`, ...headers },
      timeoutMs: account.timeoutMs,
    });
    if (answer.status === 401) account.token = '';
  }
}
