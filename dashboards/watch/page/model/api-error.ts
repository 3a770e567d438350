/** What went wrong, for a person and by its code; made of problem+json (RFC 9457), of `{error}`, or of whatever came. */

export interface Problem {
  readonly code: string;
  /** 0: no answer came. */
  readonly status: number;
  /** What would have been right, and what to do, where the service says so. */
  readonly expected?: string;
  readonly todo?: string;
  /** After which it may be asked again: the service's own `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly expected: string | undefined;
  readonly todo: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, { code, status, expected, todo, retryAfterSeconds }: Problem) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.expected = expected;
    this.todo = todo;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

interface Body {
  readonly code?: string;
  readonly detail?: string;
  readonly title?: string;
  readonly expected?: string;
  readonly todo?: string;
  readonly error?: { readonly code?: string; readonly message?: string };
}

export function errorOf(status: number, text: string, retryAfter?: string | null): ApiError {
  const said = parsed(text);
  const seconds = Number(retryAfter ?? Number.NaN);
  return new ApiError(said.detail ?? said.error?.message ?? said.title ?? `HTTP ${status}`, {
    code: said.code ?? said.error?.code ?? `http-${status}`,
    status,
    ...(said.expected === undefined ? {} : { expected: said.expected }),
    ...(said.todo === undefined ? {} : { todo: said.todo }),
    ...(Number.isFinite(seconds) && seconds >= 0 ? { retryAfterSeconds: seconds } : {}),
  });
}

/** Anything thrown. */
export const asApiError = (thrown: unknown): ApiError =>
  thrown instanceof ApiError
    ? thrown
    : new ApiError(thrown instanceof Error ? thrown.message : String(thrown), { code: 'internal', status: 0 });

function parsed(text: string): Body {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {}; // a page of HTML, say
  }
}
