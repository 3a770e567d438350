import type { Clock } from '#base/clock.ts';
import { parseDurationMs } from '#base/duration.ts';
import { catalogue, type ErrorCode, FaultflixError } from '#base/errors.ts';
import type { RequestContext } from './request-context.ts';

/**
 * Faults for single requests, after Netflix's FIT
 * (https://netflixtechblog.com/fit-failure-injection-testing-35d8e2a9bb2): the request carries what shall happen to it and
 * where, as baggage member `fault`: `catalog;delay=300ms;error=unavailable` or `catalog.listTitles;…`. It is heeded only
 * where the seam is switched on (`FAULTFLIX_FAULT_SEAM=on`), and only for requests of the cohort `experiment`, so that
 * nobody outside of an experiment can be hit. Business code knows nothing of it.
 */
export interface FaultSeam {
  /** Waits or rejects when the request carries a fault for this method; otherwise does nothing. */
  before(request: RequestContext, at: { readonly service: string; readonly method: string }): void | Promise<void>;
}

export const EXPERIMENT_COHORT = 'experiment';

export interface RequestFault {
  readonly service: string;
  readonly method: string | undefined;
  readonly delayMs: number;
  readonly error: ErrorCode | undefined;
}

/** Longest delay that a request may ask for. */
const MAX_DELAY_MS = 30_000;

/** Undefined for what is not understood: a request must not fail because of a fault that was misspelt. */
export function parseRequestFault(text: string): RequestFault | undefined {
  const [where = '', ...rest] = text.split(';');
  const [, service, method] = /^([a-z][a-z0-9-]*)(?:\.([a-zA-Z]+))?$/.exec(where) ?? [];
  if (service === undefined || rest.length === 0) return undefined;
  let delayMs = 0;
  let error: ErrorCode | undefined;
  for (const part of rest) {
    const [name, value = ''] = part.split('=');
    if (name === 'delay') {
      const ms = parseDurationMs(value);
      if (ms === undefined || ms > MAX_DELAY_MS) return undefined;
      delayMs = ms;
    } else if (name === 'error' && Object.hasOwn(catalogue, value)) error = value as ErrorCode;
    else return undefined;
  }
  return { service, method, delayMs, error };
}

const closedSeam: FaultSeam = { before: () => undefined };

export function faultSeam({ enabled, clock }: { readonly enabled: boolean; readonly clock: Clock }): FaultSeam {
  if (!enabled) return closedSeam;
  return {
    async before(request, at) {
      if (request.fault === undefined || request.cohort !== EXPERIMENT_COHORT) return;
      const fault = parseRequestFault(request.fault);
      if (fault?.service !== at.service || (fault.method ?? at.method) !== at.method) return;
      if (fault.delayMs > 0) await clock.sleep(fault.delayMs);
      if (fault.error) throw new FaultflixError(fault.error, 'a fault that the request asked for');
    },
  };
}
