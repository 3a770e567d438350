import http from 'k6/http';
import type { Hosts } from '../viewer/call.ts';
import { measures } from '../viewer/measures.ts';
import { judgedTag } from '../viewer/names.ts';

/**
 * Signing in as a television does (RFC 8628): the device asks for a code, a person enters it on a page, signs in there and
 * allows it, and the device gets its tokens. All of it at one router, since cookies are a host's; when something fails the
 * whole begins anew at the next one.
 */
export interface Person {
  readonly mail: string;
  readonly password: string;
}

const CLIENT = 'load';
const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const MOST_ATTEMPTS = 3;

/** The access token; empty when nobody could sign in. Counts as one request of kind `sign-in`. */
export async function signInByDevice(person: Person, hosts: Hosts, timeoutMs: number): Promise<string> {
  const startedAtMs = Date.now();
  let code = '';
  let token = '';
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const host = hosts.list[0] || '';
    const flow = new Flow(host, timeoutMs);
    token = await flow.through(person);
    code = flow.failure;
    if (token !== '') break;
    hosts.failed(host);
    if (attempt < MOST_ATTEMPTS - 1) measures.retried('sign-in', code);
  }
  measures.request({ kind: 'sign-in', ok: token !== '', code, tookMs: Date.now() - startedAtMs, everyMs: 0 });
  return token;
}

interface Fields {
  readonly [name: string]: string;
}

interface Page {
  readonly status: number;
  readonly text: string;
}

class Flow {
  readonly host: string;
  readonly timeoutMs: number;
  /** k6's error_code, or the step that led nowhere; empty while all is well. */
  failure = '';

  constructor(host: string, timeoutMs: number) {
    this.host = host;
    this.timeoutMs = timeoutMs;
  }

  async through({ mail, password }: Person): Promise<string> {
    const scope = 'openid offline_access account';
    const device = this.parsed(await this.send('POST', '/oidc/device/auth', { client_id: CLIENT, scope }));
    if (!device.device_code || !device.user_code) return this.gaveUp('device-code');
    let page = await this.send('GET', '/oidc/device');
    page = await this.submit(page, '/device', { user_code: device.user_code });
    page = await this.submit(page, '/device', { confirm: 'yes' });
    page = await this.submit(page, '/login', { mail, password });
    page = await this.submit(page, '/consent', {});
    if (this.failure !== '') return '';
    const answer = await this.send('POST', '/oidc/token', {
      grant_type: GRANT,
      client_id: CLIENT,
      device_code: device.device_code,
    });
    const token = this.parsed(answer).access_token || '';
    return token === '' ? this.gaveUp('token') : token;
  }

  /** Fills in the page's form whose action ends so; what is hidden in it is sent along. */
  async submit(page: Page, action: string, fields: Fields): Promise<Page> {
    if (this.failure !== '') return page;
    const form = formOf(page.text, action);
    if (!form) {
      this.gaveUp(`no-form-${action.slice(1)}`);
      return page;
    }
    return this.send('POST', form.action, { ...form.hidden, ...fields });
  }

  async send(method: string, path: string, form?: Fields): Promise<Page> {
    if (this.failure !== '') return { status: 0, text: '' };
    const url = path.startsWith('/') ? this.host + path : path;
    const response = await http.asyncRequest(method, url, form ? { ...form } : null, {
      headers: { accept: path.startsWith('/oidc/token') || path.startsWith('/oidc/device/auth') ? '*/*' : 'text/html' },
      tags: { name: 'sign-in', [judgedTag]: 'viewer' },
      timeout: this.timeoutMs,
      responseType: 'text',
    });
    if (response.error_code !== 0 || response.status >= 400)
      this.gaveUp(String(response.error_code || 1000 + response.status));
    return { status: response.status, text: typeof response.body === 'string' ? response.body : '' };
  }

  parsed({ text }: Page): Fields {
    try {
      return JSON.parse(text) as Fields;
    } catch {
      return {};
    }
  }

  gaveUp(code: string): string {
    if (this.failure === '') this.failure = code;
    return '';
  }
}

interface Form {
  readonly action: string;
  readonly hidden: Fields;
}

/** Of a page of ours: attributes in double quotes, hidden fields with name and value. */
export function formOf(html: string, actionEnd: string): Form | undefined {
  for (const form of html.match(/<form[^>]*>[\s\S]*?<\/form>/g) || []) {
    const action = unescaped(attribute(form, 'action'));
    if (!action.endsWith(actionEnd)) continue;
    const hidden: { [name: string]: string } = {};
    for (const input of form.match(/<input[^>]*type="hidden"[^>]*>/g) || [])
      hidden[attribute(input, 'name')] = unescaped(attribute(input, 'value'));
    return { action, hidden };
  }
  return undefined;
}

function attribute(element: string, name: string): string {
  const match = new RegExp(` ${name}="([^"]*)"`).exec(element);
  return match?.[1] || '';
}

const unescaped = (text: string): string =>
  text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');
