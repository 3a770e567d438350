/** What the environment tells a burst of sign-ups beside what it tells every viewer. */
export interface SignUpSettings {
  /** A household makes another account so long after the one before. */
  readonly everyMs: number;
  /** Of a household at most. */
  readonly accounts: number;
  /** So much of a title is watched by each new account. */
  readonly watchMs: number;
  /** Share of wishes that are sent once more on purpose, under the same key. */
  readonly repeatedRatio: number;
  /** Share of new accounts whose first card is one that is declined. */
  readonly declinedRatio: number;
  /** How often each account's bills and subscription are read again. */
  readonly readEveryMs: number;
}

export function signUpSettingsOf(env: { readonly [name: string]: string | undefined }): SignUpSettings {
  return {
    everyMs: 1000 * numberOf(env, 'FAULTFLIX_SIGN_UP_EVERY_SECONDS', 12),
    accounts: numberOf(env, 'FAULTFLIX_ACCOUNTS', 20),
    watchMs: 1000 * numberOf(env, 'FAULTFLIX_WATCH_SECONDS', 3),
    repeatedRatio: ratioOf(env, 'FAULTFLIX_REPEATED_RATIO', 0.3),
    declinedRatio: ratioOf(env, 'FAULTFLIX_DECLINED_RATIO', 0.1),
    readEveryMs: 1000 * numberOf(env, 'FAULTFLIX_READ_EVERY_SECONDS', 3),
  };
}

type Env = { readonly [name: string]: string | undefined };

function numberOf(env: Env, name: string, otherwise: number): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${name}: expected a number above 0, received ${text}`);
  return value;
}

function ratioOf(env: Env, name: string, otherwise: number): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new Error(`${name}: expected a number from 0 to 1, received ${text}`);
  return value;
}
