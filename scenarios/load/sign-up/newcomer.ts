import { type Account, browse, newAccount, signIn } from '../viewer/account.ts';
import { type Answer, call, json } from '../viewer/call.ts';
import { play } from '../viewer/playback.ts';
import { pick, type Random } from '../viewer/random.ts';
import type { Settings } from '../viewer/settings.ts';
import { type Person, signInByDevice } from './device-flow.ts';
import { signUpMeasures } from './measures.ts';
import type { SignUpSettings } from './settings.ts';

export interface NewcomerOptions {
  readonly settings: Settings;
  readonly signUp: SignUpSettings;
  readonly random: Random;
  /** Unique in all runs on one platform: part of the address and of every idempotency key. */
  readonly name: string;
}

interface Subscription {
  readonly plan?: { readonly id: string };
  readonly state?: string;
}

interface Bill {
  readonly id: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly state: string;
}

const PLANS = ['basic', 'standard', 'premium'];
const DECLINED = ['card-declined', 'card-expired'];
/** The gateway itself gives a charge 8 s. */
const CHARGE_TIMEOUT_MS = 10000;
/** A password is hashed slowly, on purpose, and many come at once. */
const PASSWORD_TIMEOUT_MS = 10000;
const SECOND_ROUND = 2;

/** One who makes an account, signs in, takes a plan, watches a little, and afterwards looks at the bills. */
export class Newcomer {
  readonly options: NewcomerOptions;
  readonly viewer: Account;
  readonly person: Person;
  readonly plan: string;
  account = '';
  token = '';
  /** The last wish that was sent; repeated while its outcome is not known. */
  wish: { readonly key: string; readonly card: string } | undefined;
  acknowledged = false;
  bills: { [bill: string]: string } = {};

  constructor(options: NewcomerOptions) {
    this.options = options;
    this.viewer = newAccount(options.settings, options.random);
    this.person = { mail: `${options.name}@load.faultflix.test`, password: `secret of ${options.name}` };
    this.plan = pick(options.random, PLANS) || 'basic';
  }

  /** From the first key pressed to some seconds of a title. `deadlineMs`: nobody watches after it. */
  async signUp(deadlineMs: number): Promise<void> {
    const pressedAtMs = Date.now();
    const ok = (await this.createAccount()) && (await this.signIn()) && (await this.subscribe());
    signUpMeasures.signUp(ok);
    if (!ok) return;
    await this.watch(pressedAtMs, deadlineMs);
  }

  async createAccount(): Promise<boolean> {
    const { name, random, signUp } = this.options;
    const { mail, password } = this.person;
    const ask = () =>
      call(
        {
          kind: 'account',
          hosts: this.viewer.routers,
          path: '/v1/accounts',
          method: 'POST',
          body: { mail, name: 'Lo Ad', password, country: 'US' },
          headers: { 'idempotency-key': `${name}.account` },
          timeoutMs: PASSWORD_TIMEOUT_MS,
        },
        (given) => Boolean(json<{ id?: string }>(given)?.id),
      );
    const answer = await ask();
    if (!answer.ok) return false;
    this.account = json<{ id: string }>(answer)?.id || '';
    signUpMeasures.told('account-acknowledged', { account: this.account, mail });
    if (random() < signUp.repeatedRatio) {
      const again = await ask();
      const id = json<{ id: string }>(again)?.id;
      signUpMeasures.duplicates(again.ok && id !== this.account ? 1 : 0);
    }
    return true;
  }

  async signIn(): Promise<boolean> {
    this.token = await signInByDevice(this.person, this.viewer.routers, PASSWORD_TIMEOUT_MS);
    return this.token !== '';
  }

  /** True: the platform gave an answer, which may be that it does not know yet. */
  async subscribe(): Promise<boolean> {
    const { random, signUp } = this.options;
    if (random() < signUp.declinedRatio) {
      const refused = await this.wishFor(pick(random, DECLINED) || 'card-declined', 1);
      // Not known yet: a second wish would be refused as long as the first is open.
      if (refused.ok) return true;
      if (refused.status !== 403) return false;
    }
    const answer = await this.wishFor('card-good', SECOND_ROUND);
    if (answer.ok && random() < signUp.repeatedRatio) await this.askAgain();
    return answer.ok;
  }

  wishFor(card: string, round: number): Promise<Answer> {
    this.wish = { key: `${this.options.name}.plan.${round}`, card };
    return this.askAgain();
  }

  /** The same wish under the same key: the first time, and whenever its outcome is not known. */
  async askAgain(): Promise<Answer> {
    const { key, card } = this.wish || { key: '', card: '' };
    const answer = await call({
      kind: 'subscription',
      hosts: this.viewer.routers,
      path: '/v1/subscription',
      method: 'POST',
      body: { plan: this.plan, card },
      headers: { authorization: `Bearer ${this.token}`, 'idempotency-key': key },
      timeoutMs: CHARGE_TIMEOUT_MS,
      expected: [403],
    });
    if (answer.ok) this.heard(json<Subscription>(answer));
    return answer;
  }

  heard(subscription: Subscription | undefined): void {
    if (this.acknowledged || subscription?.state !== 'active') return;
    this.acknowledged = true;
    signUpMeasures.charged();
    const plan = subscription.plan?.id || this.plan;
    signUpMeasures.told('subscription-acknowledged', { account: this.account, plan });
  }

  async watch(pressedAtMs: number, deadlineMs: number): Promise<void> {
    const { options, viewer } = this;
    if (!(await signIn(viewer, this.token))) return;
    await browse(viewer);
    const titleId = pick(options.random, viewer.titles);
    if (titleId === undefined || Date.now() >= deadlineMs) return;
    await play({
      account: viewer,
      titleId,
      key: `${options.name}.play`,
      playForMs: options.signUp.watchMs,
      deadlineMs,
      onFirstFrame: () => signUpMeasures.firstFrame(Date.now() - pressedAtMs),
    });
  }

  /** Bills, then subscription, as they are now; told to the auditor when both could be read. */
  async read(): Promise<void> {
    if (this.account === '') return;
    if (this.token === '' && !(await this.signIn())) return;
    const sinceMs = Date.now();
    const bills = await this.get<{ bills?: Bill[] }>('/v1/bills');
    const subscription = await this.get<Subscription>('/v1/subscription');
    if (!bills?.bills || !subscription?.state) return;
    const { account } = this;
    for (const { id, amountMinor, currency, state } of bills.bills) {
      if (this.bills[id] === state) continue;
      this.bills[id] = state;
      signUpMeasures.told(
        'bill-seen',
        { account, bill: id, amount_minor: String(amountMinor), currency, state },
        sinceMs,
      );
    }
    const plan = subscription.plan?.id || 'free';
    signUpMeasures.told('subscription-seen', { account, plan, state: subscription.state }, sinceMs);
    this.heard(subscription);
    const paid = bills.bills.filter(({ state }) => state === 'paid').length;
    signUpMeasures.duplicates(Math.max(0, paid - 1));
  }

  async get<T>(path: string): Promise<T | undefined> {
    const answer = await call({
      kind: 'bills',
      hosts: this.viewer.routers,
      path,
      headers: { authorization: `Bearer ${this.token}` },
      timeoutMs: this.options.settings.timeoutMs,
    });
    if (answer.status === 401) this.token = '';
    return answer.ok ? json<T>(answer) : undefined;
  }
}
