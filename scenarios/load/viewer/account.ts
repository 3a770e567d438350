import { call, Hosts, json } from './call.ts';
import type { Random } from './random.ts';
import { pick } from './random.ts';
import { routersFrom, type Settings } from './settings.ts';

/** A kind of screen: how many lines of picture it can show. The mix is ours, so that all renditions are watched. */
const devices = [
  { name: 'phone', maxHeight: 480 },
  { name: 'tablet', maxHeight: 720 },
  { name: 'laptop', maxHeight: 1080 },
  { name: 'tv', maxHeight: 1080 },
];

/** What a viewer has before anything plays: a home, a device, a session, titles to choose from. */
export interface Account {
  readonly routers: Hosts;
  readonly home: string;
  readonly device: { readonly name: string; readonly maxHeight: number };
  readonly timeoutMs: number;
  /** What the last title's segments came with: players remember it, and do not start the next one at the lowest rate. */
  throughputBps: number | undefined;
  session: string;
  token: string;
  titles: string[];
}

export interface Started {
  readonly playback: string;
  readonly title: string;
  readonly edges: string[];
  readonly hls: string;
  readonly heartbeatMs: number;
}

export function newAccount(settings: Settings, random: Random): Account {
  const home = pick(random, Object.keys(settings.routers)) || '';
  const device = pick(random, devices) || { name: 'phone', maxHeight: 480 };
  return {
    routers: new Hosts(routersFrom(settings.routers, home)),
    home,
    device,
    timeoutMs: settings.timeoutMs,
    throughputBps: undefined,
    session: '',
    token: '',
    titles: [],
  };
}

/** False: no session could be had. With an access token it is the session of that account, else the device's own. */
export async function signIn(account: Account, accessToken = ''): Promise<boolean> {
  const { routers, home, device } = account;
  const answer = await call(
    {
      kind: 'session',
      hosts: routers,
      path: '/v1/session',
      method: 'POST',
      body: { device: device.name, home },
      headers: accessToken === '' ? {} : { authorization: `Bearer ${accessToken}` },
      timeoutMs: account.timeoutMs,
    },
    (given) => Boolean(json<{ playToken?: string }>(given)?.playToken),
  );
  if (!answer.ok) return false;
  const { playToken, session } = json<{ playToken: string; session: string }>(answer) || { playToken: '', session: '' };
  account.token = playToken;
  account.session = session;
  return true;
}

interface Rows {
  readonly rows: { readonly titles: { readonly id: string }[] }[];
}

/** Titles to choose from; the old ones stay when none came. */
export async function browse(account: Account): Promise<void> {
  const answer = await call(
    {
      kind: 'browse',
      hosts: account.routers,
      path: '/v1/browse',
      headers: bearer(account),
      timeoutMs: account.timeoutMs,
    },
    (given) => titlesOf(json<Rows>(given)).length > 0,
  );
  if (answer.ok) account.titles = titlesOf(json<Rows>(answer));
  signOutWhen(account, answer.status);
}

function titlesOf(rows: Rows | undefined): string[] {
  const all: string[] = [];
  for (const row of rows?.rows || []) for (const title of row.titles || []) all.push(title.id);
  return all;
}

/** Undefined: the title could not be started. `key` makes a repeated request the same start. */
export async function startTitle(account: Account, titleId: string, key: string): Promise<Started | undefined> {
  const answer = await call(
    {
      kind: 'start',
      hosts: account.routers,
      path: '/v1/play',
      method: 'POST',
      body: { titleId },
      headers: { ...bearer(account), 'idempotency-key': key },
      timeoutMs: account.timeoutMs,
    },
    (given) => isStarted(json<Started>(given)),
  );
  signOutWhen(account, answer.status);
  return answer.ok ? json<Started>(answer) : undefined;
}

const isStarted = (given: Started | undefined): boolean =>
  Boolean(given?.playback && given.hls && given.edges && given.edges.length > 0);

export function heartbeat(account: Account, playback: string, positionMs: number, everyMs: number) {
  return call({
    kind: 'heartbeat',
    hosts: account.routers,
    path: '/v1/heartbeat',
    method: 'POST',
    body: { playback, positionMs: Math.floor(positionMs) },
    headers: bearer(account),
    timeoutMs: account.timeoutMs,
    everyMs,
  });
}

const bearer = ({ token }: Account): { [name: string]: string } => ({ authorization: `Bearer ${token}` });

function signOutWhen(account: Account, status: number): void {
  if (status === 401) account.token = '';
}
