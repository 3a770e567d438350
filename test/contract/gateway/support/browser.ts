import { Agent, request } from 'undici';
import type { Door } from '#test/support/https-door.ts';

export interface Page {
  readonly status: number;
  readonly body: string;
  /** Where it sends the browser, when that is elsewhere. */
  readonly location: string | undefined;
}

/** As much of a browser as signing in needs: cookies by path, redirects within the origin, forms with hidden fields. */
export class Browser {
  readonly #door: Door;
  readonly #agent: Agent;
  readonly #cookies = new Map<string, { readonly pair: string; readonly path: string }>();

  constructor(door: Door) {
    this.#door = door;
    this.#agent = new Agent({ connect: { ca: door.ca } });
  }

  close = (): Promise<void> => this.#agent.close();

  post = (path: string, form: Readonly<Record<string, string>>): Promise<Page> => this.#send('POST', path, form);

  async follow(path: string): Promise<Page> {
    return this.#onward(await this.#send('GET', path));
  }

  /** The page's form whose action ends so, with its hidden fields and these. */
  async submit(page: Page, action: string, fields: Readonly<Record<string, string>> = {}): Promise<Page> {
    const forms = [...page.body.matchAll(/<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)];
    const [, target, inner] = forms.find(([, to]) => to!.endsWith(action)) ?? [];
    if (target === undefined) throw new Error(`no form ${action} in ${page.status} ${page.body}`);
    const hidden = [...inner!.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
    const all = { ...Object.fromEntries(hidden.map(([, name, value]) => [name!, value!])), ...fields };
    return this.#onward(await this.#send('POST', target, all));
  }

  async #onward(page: Page): Promise<Page> {
    let current = page;
    for (let hop = 0; hop < 10 && current.location?.startsWith('/'); hop += 1)
      current = await this.#send('GET', current.location);
    return current;
  }

  async #send(method: 'GET' | 'POST', path: string, form?: Readonly<Record<string, string>>): Promise<Page> {
    const accept = path.startsWith('/oidc/token') ? 'application/json' : 'text/html';
    const cookie = [...this.#cookies.values()].filter((one) => path.startsWith(one.path)).map(({ pair }) => pair);
    const answer = await request(`${this.#door.origin}${path}`, {
      method,
      dispatcher: this.#agent,
      headers: {
        accept,
        cookie: cookie.join('; '),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      body: form === undefined ? null : new URLSearchParams(form).toString(),
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) this.#keep(line);
    const { location } = answer.headers;
    return { status: answer.statusCode, body: await answer.body.text(), location: location as string | undefined };
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/; */);
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice('path='.length) ?? '/';
    const key = `${pair.split('=', 1)[0]} ${path}`;
    const gone = pair.endsWith('=') || attributes.some((attribute) => /^expires=thu, 01 jan 1970/i.test(attribute));
    if (gone) this.#cookies.delete(key);
    else this.#cookies.set(key, { pair, path });
  }
}
