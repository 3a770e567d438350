/** The service's parts over real sockets: the kit's HTTPS, the real provider, and browsers that keep cookies. */

import type { IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { pino } from 'pino';
import { type Clock, systemClock } from '#base/clock.ts';
import { users } from '#contracts/users.ts';
import { Admission } from '#kit/admission.ts';
import { faultSeam } from '#kit/fault-seam.ts';
import { loadMethods } from '#kit/grpc/proto.ts';
import { grpcServer } from '#kit/grpc/server.ts';
import { toFailure } from '#kit/grpc/status.ts';
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
  /** A call of `Users` over gRPC, as JSON in and out; rejects with the `FaultflixError` that a caller of ours would see. */
  call(method: string, request: object, metadata?: Readonly<Record<string, string>>): Promise<Record<string, unknown>>;
  browser(source?: string, headers?: Readonly<Record<string, string>>): Browser;
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
  const door = {
    ...{ host: '127.0.0.1', port: 0, clock: systemClock, log },
    admission: new Admission({ guards: new SwitchableGuards(), clock: systemClock, metrics }),
    seam: faultSeam({ enabled: false, clock: systemClock }),
  };
  const server = await httpsServer({ ...door, service: 'users', leaf, routes: service.routes });
  const grpc = await grpcServer({ ...door, services: service.grpc });
  const client = new Client(`127.0.0.1:${grpc.port}`, credentials.createInsecure());
  return {
    ...{ store, accounts: service.accounts, profiles: service.profiles, keys: service.keys },
    browser: (source = '192.0.2.1', more = {}) => browser(server.port, source, more),
    logged: () => logged.join(''),
    metrics: () => metrics.registry.metrics(),
    call: (method, request, metadata = {}) => callOf(client, { method, request, metadata }),
    stop: async () => {
      client.close();
      await Promise.all([server.close(100), grpc.close(100)]);
    },
  };
}

/** A browser that keeps cookies and checks no certificate, at a server of this machine. */
export interface Call {
  readonly method: string;
  readonly request: object;
  readonly metadata: Readonly<Record<string, string>>;
}

function callOf(client: Client, { method, request, metadata }: Call): Promise<Record<string, unknown>> {
  const { definition } = loadMethods(users).find(({ name }) => name === method)!;
  const { path, requestSerialize, responseDeserialize } = definition;
  const headers = new Metadata();
  for (const [name, value] of Object.entries(metadata)) headers.set(name, value);
  const options = { deadline: Date.now() + 10_000 };
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, headers, options, (error, answer) => {
      if (error) reject(toFailure(error, { where: method, cancelled: false }));
      else resolve(answer as Record<string, unknown>);
    });
  });
}

/** One person's browser; `source` is what the front door says of where it is. */
export function browser(port: number, source: string, more: Readonly<Record<string, string>> = {}): Browser {
  const cookies = new Map<string, { readonly value: string; readonly path: string }>();
  const send: Browser['send'] = (method, path, body, type = 'application/x-www-form-urlencoded') =>
    new Promise((resolve, reject) => {
      const sent = [...cookies].filter(([, { path: below }]) => path.split('?')[0]!.startsWith(below));
      const headers = {
        ...{ accept: method === 'POST' && !path.startsWith('/oidc/interaction') ? '*/*' : 'text/html' },
        ...{ cookie: sent.map(([name, { value }]) => `${name.split('|')[0]}=${value}`).join('; ') },
        ...{ 'x-forwarded-for': source, ...more },
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
