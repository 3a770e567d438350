/** What a viewer's device calls: docs/architecture.md, "What a viewer calls". Nothing here keeps state but the session. */
import { ApiError, errorOf } from './api-error.ts';

export interface Title {
  readonly id: string;
  readonly name: string;
  readonly year: number;
  readonly kind: string;
  readonly genres: readonly string[];
  readonly people: ReadonlyArray<{ readonly name: string; readonly role: string }>;
  readonly synopsis: string;
  readonly minutes: number;
  /** Years; 0: for all. */
  readonly age?: number;
  readonly seasons?: ReadonlyArray<{
    readonly number: number;
    readonly episodes: ReadonlyArray<{ readonly id: string; readonly number: number; readonly name: string }>;
  }>;
}

export interface Row {
  readonly reason: string;
  /** Name of the title or genre that is the reason. */
  readonly about?: string;
  readonly titles: readonly Title[];
}

export interface Started {
  readonly playback: string;
  readonly title: string;
  /** Origins, best first. */
  readonly edges: readonly string[];
  readonly hls: string;
  readonly dash: string;
  readonly heartbeatMs: number;
  readonly resumeMs?: number;
  /** Path of the document that says which edges are the best by now. */
  readonly steering?: string;
}

export interface Answer<T> {
  readonly value: T;
  /** The region that answered, where it says so. */
  readonly region: string | undefined;
  /** With it `faultflix trace` shows the request's path. */
  readonly trace: string | undefined;
}

export interface ApiOptions {
  readonly fetch: typeof fetch;
  readonly device: string;
  readonly home: string;
  /** Of the account that is signed in, if one is; rejects with `unauthenticated` when its sign-in has ended. */
  readonly accessToken: () => Promise<string | undefined>;
  readonly sleep: (ms: number) => Promise<void>;
}

interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** May be asked twice though it has no key: it says what is so. */
  readonly repeats?: true;
}

/** Between the attempts of what may be asked twice: a region that is lost is left for another one within seconds. */
const AGAIN_AFTER_MS: readonly number[] = [300, 1_500];

/** Signs in by itself, once more when the token is no longer taken. */
export class Api {
  readonly #options: ApiOptions;
  #session: Promise<string> | undefined;
  #lastToken: string | undefined;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** The next call opens another session: somebody has signed in or out, or what they may watch has changed. */
  forget(): void {
    this.#session = undefined;
  }

  /** With the session's token. */
  async call<T>(path: string, asked: Asked = {}): Promise<Answer<T>> {
    const token = await this.#token();
    try {
      return await this.plain<T>(path, token, asked);
    } catch (thrown) {
      if (!(thrown instanceof ApiError) || thrown.status !== 401) throw thrown;
      this.forget();
      return this.plain<T>(path, await this.#token(), asked);
    }
  }

  /** With the account's token. Rejects with `unauthenticated` when nobody is signed in. */
  async own<T>(path: string, asked: Asked = {}): Promise<Answer<T>> {
    const token = await this.#options.accessToken();
    if (token === undefined) throw new ApiError('nobody is signed in', { code: 'unauthenticated', status: 401 });
    return this.plain<T>(path, token, asked);
  }

  /** With this token, or none. What may be asked twice is, where no answer came or none that says anything. */
  async plain<T>(path: string, token: string | undefined, asked: Asked = {}): Promise<Answer<T>> {
    const { method = 'GET', key, repeats } = asked;
    const waits = method !== 'POST' || key !== undefined || repeats ? AGAIN_AFTER_MS : [];
    for (const waitMs of waits) {
      try {
        return await this.#once<T>(path, token, asked);
      } catch (thrown) {
        if (!(thrown instanceof ApiError) || !isPassing(thrown)) throw thrown;
        await this.#options.sleep(waitMs);
      }
    }
    return this.#once<T>(path, token, asked);
  }

  /** Tells something while the page is being left: it goes out though nobody waits for the answer. */
  leave(path: string, body: unknown): void {
    if (this.#lastToken === undefined) return;
    const init = { ...requestOf(this.#lastToken, { method: 'POST', body }), keepalive: true };
    // The page is gone by then; what was to be told runs out by itself.
    this.#options.fetch(path, init).catch(() => undefined);
  }

  async #once<T>(path: string, token: string | undefined, asked: Asked): Promise<Answer<T>> {
    const response = await this.#options.fetch(path, requestOf(token, asked)).catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ApiError(`no answer: ${why}`, { code: 'unavailable', status: 0 });
    });
    const text = await response.text();
    if (!response.ok) throw errorOf(response.status, text, response.headers.get('retry-after'));
    return {
      value: (text === '' ? undefined : JSON.parse(text)) as T,
      region: response.headers.get('x-faultflix-region') ?? undefined,
      trace: response.headers.get('x-trace-id') ?? undefined,
    };
  }

  #token(): Promise<string> {
    if (this.#session === undefined) {
      const opening = this.#open();
      this.#session = opening;
      opening.catch(() => {
        if (this.#session === opening) this.#session = undefined;
      });
    }
    return this.#session;
  }

  async #open(): Promise<string> {
    const { device, home, accessToken } = this.#options;
    const asked = { method: 'POST', body: { device, home }, repeats: true } as const;
    const { value } = await this.plain<{ playToken: string }>('/v1/session', await accessToken(), asked);
    this.#lastToken = value.playToken;
    return value.playToken;
  }
}

/** Of a moment, and nobody's own doing. */
const isPassing = ({ status, retryAfterSeconds }: ApiError): boolean =>
  (status === 0 || status === 502 || status === 503 || status === 504) && (retryAfterSeconds ?? 0) <= 1;

function requestOf(token: string | undefined, { method = 'GET', body, key, headers = {} }: Asked): RequestInit {
  return {
    method,
    headers: {
      ...headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}
