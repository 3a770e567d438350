import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { reachable } from '#base/address.ts';
import { FaultflixError } from '#base/errors.ts';
import { listener } from '#base/names.ts';
import type { Target } from './target.ts';
import type { Companies } from './world.ts';

export interface CompaniesOptions {
  /** The cluster's CA. */
  readonly ca: () => string | Buffer | undefined;
  /** Whether a pod is gone: what is gone is well. */
  readonly gone: (target: Target) => Promise<boolean>;
  /** Tests have their own. */
  readonly port?: number;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const TIMEOUT_MS = 5_000;
const PROBE_CARD = 'card-declined';

/** Outside companies by their own HTTPS, through the listener for callers of `global`. */
export function httpsCompanies({ ca, gone, port = listener('https', 'global').port }: CompaniesOptions): Companies {
  const ask = async (target: Target, method: string, path: string, { body, key, timeoutMs = TIMEOUT_MS }: Asked = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      };
      const host = reachable(target.ip);
      const signal = AbortSignal.timeout(timeoutMs);
      const sent = request({ host, port, method, path, headers, ca: ca(), agent: false, signal }, (answer) => {
        text(answer).then((read) => resolve({ status: answer.statusCode ?? 0, body: read }), reject);
      });
      sent.once('error', reject);
      sent.end(payload);
    });

  return {
    async behave(target, illness) {
      try {
        const { status, body } = await ask(target, 'PUT', '/v1/behaviour', { body: illness });
        if (status === 200) return;
        throw new FaultflixError('unavailable', 'the company took no behaviour', {
          where: `${target.namespace}/${target.name}`,
          expected: '200',
          received: `${status} ${body.slice(0, 200)}`,
        });
      } catch (error) {
        if (illness.mode === 'well' && (await gone(target))) return;
        throw error;
      }
    },
    async tryCharge(target, reference, timeoutMs) {
      const startedMs = performance.now();
      const body = { card: PROBE_CARD, amountMinor: 1, currency: 'USD', reference };
      const answer = await ask(target, 'POST', '/v1/charges', { body, key: reference, timeoutMs }).then(
        ({ status }) => String(status),
        () => 'none',
      );
      const tookMs = performance.now() - startedMs;
      const path = `/v1/charges?reference=${encodeURIComponent(reference)}`;
      const known = await ask(target, 'GET', path).catch(() => undefined);
      const made = known?.status === 200 && (JSON.parse(known.body) as { charges: unknown[] }).charges.length > 0;
      return { answer, tookMs, made };
    },
  };
}

interface Asked {
  readonly body?: object;
  readonly key?: string;
  readonly timeoutMs?: number;
}
