import type { IncomingMessage } from 'node:http';
import { json, type Reply } from './reply.ts';

export type MoneyStandIn = (request: IncomingMessage, body: string) => Reply | undefined;

export interface MoneyStandInOptions {
  /** A known-bad platform: whoever asks again is charged again, key or not. */
  readonly forgetsKeys?: boolean;
}

interface Bill {
  readonly id: string;
  readonly plan: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly state: string;
  readonly atMs: number;
}

interface Known {
  readonly id: string;
  readonly mail: string;
  readonly password: string;
  readonly bills: Bill[];
  plan: string;
}

/**
 * Accounts, signing in by a device's code, plans and bills: the shapes of docs/architecture.md, and pages with forms and
 * cookies as the provider's are. One sign-in at a time a cookie.
 */
export function moneyStandIn({ forgetsKeys = false }: MoneyStandInOptions = {}): MoneyStandIn {
  const byMail = new Map<string, Known>();
  const byToken = new Map<string, Known>();
  const asked = new Map<string, Reply>();
  const devices = new Map<string, { code: string; account?: Known }>();
  let devicesMade = 0;

  const once = (key: string, work: () => Reply): Reply => {
    const known = forgetsKeys ? undefined : asked.get(key);
    const reply = known ?? work();
    asked.set(key, reply);
    return reply;
  };

  return (request, body) => {
    const { method, url = '', headers } = request;
    const call = `${method} ${url}`;
    const key = String(headers['idempotency-key']);
    if (call === 'POST /v1/accounts')
      return once(key, () => {
        const { mail, password } = JSON.parse(body) as { mail: string; password: string };
        const made: Known = byMail.get(mail) ?? { id: `a${byMail.size + 1}`, mail, password, bills: [], plan: 'free' };
        byMail.set(mail, made);
        return json({ id: made.id, mail });
      });
    if (url.startsWith('/oidc/')) return oidc(call, new URLSearchParams(body), cookieOf(headers.cookie));
    const account = byToken.get(headers.authorization ?? '');
    if (!account) return undefined;
    const subscription = () => json({ plan: { id: account.plan }, state: account.plan === 'free' ? 'none' : 'active' });
    if (call === 'GET /v1/subscription') return subscription();
    if (call === 'GET /v1/bills') return json({ bills: account.bills });
    if (call !== 'POST /v1/subscription') return undefined;
    return once(`${account.id} ${key}`, () => {
      const { plan, card } = JSON.parse(body) as { plan: string; card: string };
      const good = card === 'card-good';
      const bill = {
        id: `${account.id}.${account.bills.length + 1}`,
        plan,
        amountMinor: 799,
        currency: 'USD',
        atMs: 1,
      };
      account.bills.push({ ...bill, state: good ? 'paid' : 'refused' });
      if (!good) return json({ code: 'forbidden' }, 403);
      account.plan = plan;
      return subscription();
    });
  };

  function oidc(call: string, form: URLSearchParams, cookie: string): Reply {
    if (call === 'POST /oidc/device/auth') {
      const device_code = `device-${++devicesMade}`;
      devices.set(device_code, { code: `CODE-${devicesMade}` });
      return json({ device_code, user_code: `CODE-${devicesMade}` });
    }
    if (call === 'GET /oidc/device') return page('/oidc/device', { xsrf: 'a&b' }, 'user_code', 'visit=begun');
    if (call === 'POST /oidc/token') {
      const { account } = devices.get(form.get('device_code') ?? '') ?? {};
      if (!account) return json({ error: 'authorization_pending' }, 400);
      const token = `token-of-${account.id}`;
      byToken.set(`Bearer ${token}`, account);
      return json({ access_token: token });
    }
    if (cookie === '') return json({ error: 'no cookie' }, 400);
    if (call === 'POST /oidc/device' && form.get('xsrf') === 'a&b' && form.has('confirm'))
      return redirect('/oidc/interaction/1', `visit=${form.get('user_code')}`);
    if (call === 'POST /oidc/device' && form.get('xsrf') === 'a&b')
      return page('/oidc/device', { xsrf: 'a&b', user_code: form.get('user_code') ?? '' }, 'confirm');
    if (call === 'GET /oidc/interaction/1') return page('/oidc/interaction/1/login', { csrf: 'c' }, 'mail');
    if (call === 'POST /oidc/interaction/1/login') {
      const account = byMail.get(form.get('mail') ?? '');
      const device = [...devices.values()].find(({ code }) => `visit=${code}` === cookie);
      if (!account || !device || account.password !== form.get('password') || form.get('csrf') !== 'c')
        return json({ error: 'wrong' }, 401);
      device.account = account;
      return page('/oidc/interaction/1/consent', { csrf: 'c' }, 'allow');
    }
    if (call === 'POST /oidc/interaction/1/consent') return { ...html('<h1>Connected</h1>') };
    return json({ error: 'no such page' }, 404);
  }
}

const cookieOf = (header: string | undefined): string => header?.split('; ').at(-1) ?? '';

function page(action: string, hidden: Readonly<Record<string, string>>, field: string, cookie?: string): Reply {
  const inputs = Object.entries(hidden).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${value.replaceAll('&', '&amp;')}">`,
  );
  const text = `<form method="post" action="/other"></form><form method="post" action="${action}">\n${inputs.join('\n')}<input name="${field}"></form>`;
  return html(text, cookie === undefined ? {} : { 'set-cookie': `${cookie}; Path=/oidc; HttpOnly; Secure` });
}

const html = (text: string, headers: Readonly<Record<string, string>> = {}): Reply => ({
  ...{ status: 200, type: 'text/html; charset=utf-8', body: Buffer.from(text), headers },
});

const redirect = (location: string, cookie: string): Reply => ({
  ...{ status: 303, type: 'text/plain', body: Buffer.alloc(0) },
  headers: { location, 'set-cookie': `${cookie}; Path=/oidc; HttpOnly; Secure` },
});
