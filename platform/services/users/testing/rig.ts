/** The service's parts over real sockets: the kit's HTTPS, the real provider, and browsers that keep cookies. */

import type { IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pino } from 'pino';
import { type Clock, systemClock } from '#base/clock.ts';
import { Admission } from '#kit/admission.ts';
import { faultSeam } from '#kit/fault-seam.ts';
import { httpsServer } from '#kit/http/server.ts';
import { createMetrics } from '#kit/metrics.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import { signLeaf } from '#kit/sign-leaf.ts';
import { testAuthorities } from '#kit/testing/certificates.ts';
import type { Accounts } from '../accounts.ts';
import type { KeyKeeper } from '../keys/keeper.ts';
import type { Profiles } from '../profiles.ts';
import { usersService } from '../service.ts';
import { type TestStore, testStore } from './store.ts';

export interface Page {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Path of the page. */
  readonly at: string;
  /** Where it sends the browser, when that is elsewhere. */
  readonly location: string | undefined;
}

export interface Browser {
  send(method: string, path: string, body?: string, type?: string): Promise<Page>;
  post(path: string, form: Readonly<Record<string, string>>): Promise<Page>;
  /** GET, and on through redirects as long as they stay here. */
  follow(path: string): Promise<Page>;
  /** The page's form whose action ends so, with its hidden fields and these. */
  submit(page: Page, action: string, fields?: Readonly<Record<string, string>>): Promise<Page>;
}

export interface Rig {
  readonly store: TestStore;
  readonly accounts: Accounts;
  readonly profiles: Profiles;
  readonly keys: KeyKeeper;
  browser(source?: string): Browser;
  logged(): string;
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

export interface RigOptions {
  readonly clock?: Clock;
  readonly store?: TestStore;
}

export async function startRig({ clock = systemClock, store = testStore(clock) }: RigOptions = {}): Promise<Rig> {
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const metrics = createMetrics();
  const cost = { N: 2 ** 10, r: 8, p: 1 };
  const service = await usersService({ store, clock, log, metrics, cost, redirects: [] });
  const { issuer } = await testAuthorities();
  const names = ['127.0.0.1'];
  const leaf = await signLeaf({
    ...{ issuerCert: issuer.cert, issuerKey: issuer.key, commonName: 'users', names, nowMs: Date.now() },
  });
  const server = await httpsServer({
    ...{ service: 'users', host: '127.0.0.1', port: 0, leaf, clock: systemClock, log },
    routes: service.routes,
    admission: new Admission({ guards: new SwitchableGuards(), clock: systemClock, metrics }),
    seam: faultSeam({ enabled: false, clock: systemClock }),
  });
  return {
    ...{ store, accounts: service.accounts, profiles: service.profiles, keys: service.keys },
    browser: (source = '192.0.2.1') => browser(server.port, source),
    logged: () => logged.join(''),
    metrics: () => metrics.registry.metrics(),
    stop: () => server.close(100),
  };
}

function browser(port: number, source: string): Browser {
  const cookies = new Map<string, { readonly value: string; readonly path: string }>();
  const send: Browser['send'] = (method, path, body, type = 'application/x-www-form-urlencoded') =>
    new Promise((resolve, reject) => {
      const sent = [...cookies].filter(([, { path: below }]) => path.split('?')[0]!.startsWith(below));
      const headers = {
        ...{ accept: method === 'POST' && path.startsWith('/oidc/token') ? 'application/json' : 'text/html' },
        ...{ cookie: sent.map(([name, { value }]) => `${name.split('|')[0]}=${value}`).join('; ') },
        ...{ 'x-forwarded-for': source },
        ...(body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
      };
      const options = { host: '127.0.0.1', port, method, path, headers, rejectUnauthorized: false, agent: false };
      const request = httpsRequest(options, async (answer) => {
        let text = '';
        for await (const part of answer.setEncoding('utf8')) text += part;
        for (const cookie of answer.headers['set-cookie'] ?? []) keep(cookie);
        const { location } = answer.headers;
        resolve({ status: answer.statusCode!, headers: answer.headers, body: text, at: path.split('?')[0]!, location });
      });
      request.once('error', reject);
      request.end(body);
    });
  const keep = (line: string) => {
    const [pair = '', ...attributes] = line.split(/; */);
    const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
    if (value === '' || attributes.some((each) => /^expires=Thu, 01 Jan 1970/i.test(each)))
      cookies.delete(`${name}|${path}`);
    else cookies.set(`${name}|${path}`, { value, path });
  };
  const onward = async (page: Page): Promise<Page> => {
    let current = page;
    for (let hop = 0; hop < 10 && current.location?.startsWith('/'); hop += 1)
      current = await send('GET', current.location);
    return current;
  };
  const post: Browser['post'] = (path, form) => send('POST', path, new URLSearchParams(form).toString());
  return {
    send,
    post,
    follow: async (path) => onward(await send('GET', path)),
    submit: async (page, action, fields = {}) => {
      const forms = [...page.body.matchAll(/<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)];
      const form = forms.find(([, target]) => target!.endsWith(action));
      if (!form) throw new Error(`no form ${action} in ${page.status} ${page.body}`);
      const inputs = [...form[2]!.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
      const hidden = Object.fromEntries(inputs.map(([, name, value]) => [name!, value!]));
      return onward(await post(form[1]!, { ...hidden, ...fields }));
    },
  };
}
