import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { checked } from '../checked.ts';
import type { SharedLimits } from './shared-limits.ts';

/** Not among the router's routes, so viewers cannot reach it. */
export const USAGE_PATH = '/internal/usage';
const PROOF_HEADER = 'x-faultflix-peer';
const EVERY_MS = 500;
const VALID_MS = 60_000;

const message = z.strictObject({
  pod: z.string().min(1).max(200),
  atMs: z.int(),
  usage: z.array(z.tuple([z.string().min(1).max(100), z.int().min(1).max(1_000_000)])).max(2_000),
});
type Message = z.output<typeof message>;

/** What a client is called among gateways: says nothing of whom, and is short. */
export const clientName = (of: string): string => createHash('sha256').update(of).digest('base64url').slice(0, 16);

export interface GossipParts {
  readonly limits: SharedLimits;
  readonly key: Buffer;
  readonly clock: Clock;
  readonly pod: string;
}

/** Takes what other gateways tell. Only who has the play key can tell anything. */
export function usageRoute(app: FastifyInstance, { limits, key, clock, pod }: GossipParts): void {
  app.post(USAGE_PATH, { config: { priority: 'playing' } }, async ({ body, headers }) => {
    const heard = checked(message, body, 'body');
    const proof = Buffer.from(String(headers[PROOF_HEADER] ?? ''));
    const expected = Buffer.from(proofOf(heard, key));
    const stale = Math.abs(clock.now() - heard.atMs) > VALID_MS;
    if (stale || heard.pod === pod || proof.length !== expected.length || !timingSafeEqual(proof, expected))
      throw new FaultflixError('forbidden', 'gateways tell each other, nobody else tells them');
    limits.hear(heard.pod, heard.usage);
    return {};
  });
}

const proofOf = (told: Message, key: Buffer): string =>
  createHmac('sha256', key)
    .update(`faultflix usage\n${JSON.stringify(told)}`)
    .digest('base64url');

export interface TellParts extends GossipParts {
  readonly peers: () => readonly string[];
  /** Rejects when the peer did not take it. */
  readonly send: (peer: string, body: string, headers: Readonly<Record<string, string>>) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Tells every peer what was let in, twice a second, until the signal aborts. A peer that does not answer is told later. */
export async function tellPeers({ limits, key, clock, pod, peers, send, signal }: TellParts): Promise<void> {
  while (!signal.aborted) {
    await Promise.all(
      peers().map(async (peer) => {
        const usage = limits.unsaid(peer);
        const told: Message = { pod, atMs: clock.now(), usage: usage.map(([client, requests]) => [client, requests]) };
        const headers = { 'content-type': 'application/json', [PROOF_HEADER]: proofOf(told, key) };
        await send(peer, JSON.stringify(told), headers).catch(() => limits.giveBack(peer, usage));
      }),
    );
    await clock.sleep(EVERY_MS, signal).catch(() => undefined);
  }
}
