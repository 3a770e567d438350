import type { Clock } from '#base/clock.ts';
import { asFaultflixError } from '#base/errors.ts';
import type { Metrics } from '#kit/metrics.ts';
import type { Store } from '#platform/stores/store.ts';
import { credentials, mails } from '../collections.ts';
import { checkedMail } from '../input.ts';
import type { Passwords } from '../passwords.ts';
import { keyedHash, type Secrets } from '../secrets.ts';
import { type DeviceCookie, deviceCookie, knownDevice } from './device-cookie.ts';
import { LockOut } from './lock-out.ts';

export interface SignInParts {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly passwords: Passwords;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'counter'>;
}

export interface Credentials {
  readonly mail: string;
  readonly password: string;
  readonly source: string;
  readonly cookie: string | undefined;
}

export type SignInResult =
  | { readonly outcome: 'ok'; readonly account: string; readonly device: DeviceCookie }
  | { readonly outcome: 'wrong' }
  | { readonly outcome: 'wait'; readonly waitMs: number };

export type SignIn = (given: Credentials) => Promise<SignInResult>;

/** Who has this mail address and password. Rejects as the store does, and with `overloaded`. */
export function signInWith({ store, secrets, passwords, clock, metrics }: SignInParts): SignIn {
  const lockOut = new LockOut({ store, clock });
  const outcomes = metrics.counter({ name: 'sign_ins_total', help: 'Sign-ins tried', labels: ['outcome'] });
  const holderOf = async (mailId: string, given: string) => {
    const account = (await store.get(mails, mailId))?.account;
    const stored = account === undefined ? undefined : (await store.get(credentials, account))?.password;
    const right = await passwords.verify(given, stored);
    return right && account !== undefined && stored !== undefined ? { account, stored } : undefined;
  };
  const renew = async (account: string, stored: string, given: string) => {
    const renewed = await passwords.hash(given);
    await store.transact(async (tx) => {
      const current = await tx.get(credentials, account);
      if (current?.password === stored) tx.put(credentials, account, { password: renewed });
    });
  };
  const attempt: SignIn = async ({ mail, password, source, cookie }) => {
    const lookup = mailLookup(mail);
    if (lookup === undefined) return { outcome: 'wrong' };
    const mailId = keyedHash(secrets.lookup, 'mail', lookup);
    const device = knownDevice(secrets.cookies, mailId, cookie, clock.now());
    const sourceId = keyedHash(secrets.lookup, 'source', source);
    const entrance = await lockOut.enter({ mailId, source: sourceId, device });
    if (!entrance.succeeded) return { outcome: 'wait', waitMs: entrance.waitMs };
    const given = password.normalize('NFC').slice(0, 512);
    const holder = await holderOf(mailId, given).catch(async (thrown: unknown) => {
      await entrance.abandoned();
      throw thrown;
    });
    if (holder === undefined) {
      await entrance.failed();
      return { outcome: 'wrong' };
    }
    await entrance.succeeded();
    const { account, stored } = holder;
    if (passwords.outdated(stored)) await renew(account, stored, given).catch(laterIfBusy);
    return { outcome: 'ok', account, device: deviceCookie(secrets.cookies, mailId, clock.now()) };
  };
  return async (given) => {
    try {
      const result = await attempt(given);
      outcomes.inc({ outcome: result.outcome });
      return result;
    } catch (thrown) {
      outcomes.inc({ outcome: asFaultflixError(thrown).code });
      throw thrown;
    }
  };
}

/** Who has the right password is let in all the same: the next sign-in renews it. */
function laterIfBusy(thrown: unknown): void {
  if (!['overloaded', 'unavailable', 'conflict'].includes(asFaultflixError(thrown).code)) throw thrown;
}

/** What is no address has no account: the answer is that of a wrong password. */
function mailLookup(mail: string): string | undefined {
  try {
    return checkedMail(mail).lookup;
  } catch {
    return undefined;
  }
}
