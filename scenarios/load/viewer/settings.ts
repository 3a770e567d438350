/** What the environment tells a viewer: docs/architecture.md, "The load stream". */

/** Routers by home region, nearest first. */
export type Routers = { [home: string]: string[] };

export interface Settings {
  readonly routers: Routers;
  readonly viewers: number;
  readonly durationMs: number;
  readonly rampUpMs: number;
  readonly seed: number;
  /** A viewer plays about this long before it starts another title. */
  readonly titleMs: number;
  /** Each attempt of a request may take this long; then the next router or edge is tried. */
  readonly timeoutMs: number;
}

const DEFAULT_HOME = 'us-east-1';

export function settingsOf(env: { readonly [name: string]: string | undefined }): Settings {
  const durationMs = milliseconds(env.FAULTFLIX_DURATION, 'FAULTFLIX_DURATION', 30000);
  return {
    routers: routersOf(env.FAULTFLIX_ROUTERS),
    viewers: wholeNumber(env.FAULTFLIX_VIEWERS, 'FAULTFLIX_VIEWERS', 10),
    durationMs,
    rampUpMs: Math.min(durationMs, milliseconds(env.FAULTFLIX_RAMP_UP, 'FAULTFLIX_RAMP_UP', 5000)),
    seed: wholeNumber(env.FAULTFLIX_SEED, 'FAULTFLIX_SEED', 1),
    titleMs: milliseconds(env.FAULTFLIX_TITLE, 'FAULTFLIX_TITLE', 15000),
    timeoutMs: milliseconds(env.FAULTFLIX_TIMEOUT, 'FAULTFLIX_TIMEOUT', 4000),
  };
}

/** The home's own routers, then those of the others: where to try, in order. */
export function routersFrom(routers: Routers, home: string): string[] {
  const others = Object.keys(routers).filter((each) => each !== home);
  return [home, ...others].reduce((all: string[], each) => all.concat(routers[each] || []), []);
}

function routersOf(text: string | undefined): Routers {
  const given = (text || '').trim();
  const routers = given.startsWith('{') ? (JSON.parse(given) as Routers) : { [DEFAULT_HOME]: given.split(',') };
  const cleaned: Routers = {};
  for (const home of Object.keys(routers)) {
    const urls = (routers[home] || []).map((each) => each.trim().replace(/\/+$/, '')).filter((each) => each !== '');
    if (urls.length > 0) cleaned[home] = urls;
  }
  if (Object.keys(cleaned).length === 0) {
    throw new Error('FAULTFLIX_ROUTERS: expected https://address:port,… or JSON by home region, received nothing');
  }
  return cleaned;
}

const units: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60000, h: 3600000 };

function milliseconds(text: string | undefined, name: string, otherwise: number): number {
  if (text === undefined || text === '') return otherwise;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) {
    throw new Error(`${name}: expected a duration such as 90s or 1m30s, received ${text}`);
  }
  const parts = text.match(/\d+(\.\d+)?(ms|s|m|h)/g) || [];
  return parts.reduce((sum, part) => sum + Number.parseFloat(part) * (units[part.replace(/[\d.]/g, '')] || 0), 0);
}

function wholeNumber(text: string | undefined, name: string, otherwise: number): number {
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!(value >= 0) || Math.floor(value) !== value) throw new Error(`${name}: expected a number, received ${text}`);
  return value;
}
