import type { Logger } from 'pino';
import { z } from 'zod';
import { FaultflixError } from '#base/errors.ts';
import type { HttpsClient, HttpsResponse } from '#kit/context.ts';
import { asCallFailure, type CallFailure } from '#kit/resilience/call-failure.ts';
import type { Charge } from './collections.ts';

const networkCharge = z.object({
  charge: z.string(),
  state: z.enum(['captured', 'declined', 'refunded']),
  amountMinor: z.number(),
  currency: z.string(),
  reference: z.string(),
});
export type NetworkCharge = z.infer<typeof networkCharge>;
const found = z.object({ reference: z.string(), charges: z.array(networkCharge) });

/** What asking for a charge came to. After `unknown` nothing may be concluded: it may have been made, or be made yet. */
export type Answer =
  | { readonly outcome: 'captured' | 'declined'; readonly networkCharge: string }
  | { readonly outcome: 'unknown' };

export interface Patience {
  /** Longest that the card network is waited for. */
  readonly timeoutMs: number;
}

/** The card network as billing sees it. Nothing of a request but its reference is ever logged. */
export class CardNetwork {
  readonly #https: Pick<HttpsClient, 'request'>;
  readonly #log: Pick<Logger, 'warn' | 'error'>;

  constructor({
    https,
    log,
  }: { readonly https: Pick<HttpsClient, 'request'>; readonly log: Pick<Logger, 'warn' | 'error'> }) {
    this.#https = https;
    this.#log = log;
  }

  /** Sent once: what may have been done is looked up before it is sent again, which is not the client's to decide. */
  async charge({ id, bill, key, card, amountMinor, currency }: Charge, { timeoutMs }: Patience): Promise<Answer> {
    if (card === undefined) throw new FaultflixError('internal', 'a charge without a card', { where: id });
    const response = await this.#ask(bill, {
      ...{ method: 'POST', path: '/v1/charges', timeoutMs, idempotent: false, idempotencyKey: key },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ card, amountMinor, currency, reference: bill }),
    });
    if (response === undefined) return { outcome: 'unknown' };
    if (response.status >= 500) {
      this.#log.warn({ bill, status: response.status }, 'the card network is unwell');
      return { outcome: 'unknown' };
    }
    const { data } = networkCharge.safeParse(json(response));
    // An answer that comes twice may be read as that to another request: it must say what it is about.
    const ours = data?.reference === bill && data.amountMinor === amountMinor && data.currency === currency;
    if (response.status === 201 && ours && data.state !== 'refunded')
      return { outcome: data.state, networkCharge: data.charge };
    this.#log.error(
      { bill, status: response.status },
      'the card network gave an answer that cannot be one to this charge',
    );
    return { outcome: 'unknown' };
  }

  /** Everything that it knows by the bill; undefined when it cannot be asked. */
  async lookUp(bill: string, { timeoutMs }: Patience): Promise<readonly NetworkCharge[] | undefined> {
    const path = `/v1/charges?reference=${encodeURIComponent(bill)}`;
    const response = await this.#ask(bill, { method: 'GET', path, timeoutMs });
    if (response === undefined) return undefined;
    const { data } = found.safeParse(json(response));
    const ours = data?.reference === bill && data.charges.every(({ reference }) => reference === bill);
    if (response.status === 200 && ours) return data.charges;
    this.#log.warn({ bill, status: response.status }, 'the card network did not say what it knows of a bill');
    return undefined;
  }

  async #ask(bill: string, request: Parameters<HttpsClient['request']>[0]): Promise<HttpsResponse | undefined> {
    try {
      return await this.#https.request(request);
    } catch (thrown) {
      const failure: CallFailure = asCallFailure(thrown);
      if (failure.kind === 'answer') throw thrown; // our own code failed
      this.#log.warn({ bill, why: failure.code, kind: failure.kind }, 'the card network did not answer');
      return undefined;
    }
  }
}

function json({ body }: HttpsResponse): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined; // not of the card network
  }
}
