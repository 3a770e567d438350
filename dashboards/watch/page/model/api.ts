/** What a viewer's device calls: docs/architecture.md, "What a viewer calls". Nothing here keeps state but the session. */

export interface Title {
  readonly id: string;
  readonly name: string;
  readonly year: number;
  readonly kind: string;
  readonly genres: readonly string[];
  readonly people: ReadonlyArray<{ readonly name: string; readonly role: string }>;
  readonly synopsis: string;
  readonly minutes: number;
  readonly seasons?: ReadonlyArray<{
    readonly number: number;
    readonly episodes: ReadonlyArray<{ readonly id: string; readonly number: number; readonly name: string }>;
  }>;
}

export interface Row {
  readonly reason: string;
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
}

/** What went wrong, for a person and by its code. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
  }
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
  /** Of the account that is signed in, if one is. */
  readonly accessToken: () => string | undefined;
}

interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Signs in by itself, once more when the token is no longer taken. */
export class Api {
  readonly #options: ApiOptions;
  #session: Promise<string> | undefined;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** The next call opens another session: somebody has signed in or out. */
  forget(): void {
    this.#session = undefined;
  }

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

  /** With this token, or none. */
  async plain<T>(path: string, token: string | undefined, asked: Asked = {}): Promise<Answer<T>> {
    const { method = 'GET', body, key, headers = {} } = asked;
    const response = await this.#options
      .fetch(path, {
        method,
        headers: {
          ...headers,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      .catch((cause: unknown) => {
        throw new ApiError('unavailable', 0, `no answer: ${cause instanceof Error ? cause.message : cause}`);
      });
    const text = await response.text();
    if (!response.ok) throw errorOf(response.status, text);
    return {
      value: (text === '' ? undefined : JSON.parse(text)) as T,
      region: response.headers.get('x-faultflix-region') ?? undefined,
      trace: response.headers.get('x-trace-id') ?? undefined,
    };
  }

  #token(): Promise<string> {
    if (this.#session === undefined) {
      const { device, home, accessToken } = this.#options;
      const opening = this.plain<{ playToken: string }>('/v1/session', accessToken(), {
        method: 'POST',
        body: { device, home },
      }).then(({ value }) => value.playToken);
      this.#session = opening;
      opening.catch(() => {
        if (this.#session === opening) this.#session = undefined;
      });
    }
    return this.#session;
  }
}

/** Of problem+json, of `{error}`, or of whatever came. */
export function errorOf(status: number, text: string): ApiError {
  try {
    const json = JSON.parse(text) as {
      code?: string;
      detail?: string;
      title?: string;
      error?: { code?: string; message?: string };
    };
    const code = json.code ?? json.error?.code ?? `http-${status}`;
    return new ApiError(code, status, json.detail ?? json.error?.message ?? json.title ?? `HTTP ${status}`);
  } catch {
    return new ApiError(`http-${status}`, status, `HTTP ${status}`);
  }
}
