/**
 * Common Media Client Data, CTA-5004: what a player says of itself, `bl=8000,br=3200,su`. Keys of the standard are checked
 * against its types; keys of others have a hyphen and a reversed domain name before it and are kept as text.
 */
export type CmcdValue = number | boolean | string;

export interface Cmcd {
  readonly values: Readonly<Record<string, CmcdValue>>;
  /** Keys that were not as the standard has them, and were left out. */
  readonly refused: readonly string[];
}

/** Which of our edges it is that the player fetches from: `host:port`. CTA-5004 leaves such keys to the application. */
export const CMCD_EDGE_KEY = 'dev.faultflix-edge';

/** Longer than any player's; what is beyond is not read. */
const MOST_CHARACTERS = 2_048;
const MOST_KEYS = 40;

type Check = (text: string | true) => CmcdValue | undefined;

const whole: Check = (text) => (text !== true && /^\d{1,12}$/.test(text) ? Number(text) : undefined);
const decimal: Check = (text) => (text !== true && /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined);
const flag: Check = (text) =>
  text === true || text === 'true' || text === '?1' ? true : text === 'false' ? false : undefined;
const text64: Check = (text) => {
  const inner = text === true ? undefined : /^"((?:[^"\\]|\\["\\]){0,1024})"$/.exec(text)?.[1];
  return inner?.replace(/\\(["\\])/g, '$1');
};
const oneOf =
  (...tokens: readonly string[]): Check =>
  (text) =>
    text !== true && tokens.includes(text) ? text : undefined;

/** CTA-5004, table 1. Milliseconds, kbit/s; `rtp` kbit/s. */
const keys: Readonly<Record<string, Check>> = {
  br: whole,
  bl: whole,
  bs: flag,
  cid: text64,
  d: whole,
  dl: whole,
  mtp: whole,
  nor: text64,
  nrr: text64,
  ot: oneOf('m', 'a', 'v', 'av', 'i', 'c', 'tt', 'k', 'o'),
  pr: decimal,
  rtp: whole,
  sf: oneOf('d', 'h', 's', 'o'),
  sid: text64,
  st: oneOf('v', 'l'),
  su: flag,
  tb: whole,
  v: whole,
};

/** Never throws: what a player says of itself is no reason to refuse it anything. */
export function parseCmcd(text: string): Cmcd {
  const values: Record<string, CmcdValue> = {};
  const refused: string[] = [];
  for (const part of parts(text.slice(0, MOST_CHARACTERS)).slice(0, MOST_KEYS)) {
    const at = part.indexOf('=');
    const key = (at < 0 ? part : part.slice(0, at)).trim();
    const given = at < 0 ? true : part.slice(at + 1).trim();
    if (key === '') continue;
    const check = Object.hasOwn(keys, key) ? keys[key]! : /^[a-z0-9.]+-[a-z0-9.-]+$/i.test(key) ? custom : undefined;
    const value = check?.(given);
    if (value === undefined) refused.push(key.slice(0, 40));
    else values[key] = value;
  }
  return { values, refused };
}

const custom: Check = (text) => (text === true ? true : (text64(text) ?? (text.length <= 64 ? text : undefined)));

/** At commas outside of quotes. */
const parts = (text: string): string[] => text.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
