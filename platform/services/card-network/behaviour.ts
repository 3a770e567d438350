import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';

/**
 * How the network is ill, on purpose:
 * - `slow`: whatever is asked waits `delayMs`, and is done even when who asked has gone;
 * - `down`: 503, nothing is done;
 * - `answers-twice`: each answer comes twice on its connection, so that the second may be read as that to the next request;
 * - `charges-then-times-out`: a charge is made, and its answer never comes: the connection breaks off after `delayMs`.
 */
export const behaviourSchema = z.strictObject({
  mode: z.enum(['well', 'slow', 'down', 'answers-twice', 'charges-then-times-out']),
  delayMs: z.int().min(0).max(120_000).default(5_000),
  /** After it the network is well by itself: nothing that was done on purpose outlives who did it. */
  forMs: z.int().min(1).max(86_400_000).optional(),
});
export type Behaviour = z.infer<typeof behaviourSchema>;

export const well: Behaviour = { mode: 'well', delayMs: 0 };

/** Before anything is done. */
export async function suffer({ mode, delayMs }: Behaviour, clock: Clock): Promise<void> {
  if (mode === 'down') throw new FaultflixError('unavailable', 'the card network is down');
  if (mode === 'slow') await clock.sleep(delayMs);
}

/** The whole answer once more, on the connection that it went out on. */
export function answerTwice(reply: FastifyReply, body: unknown): void {
  const { raw } = reply;
  const { socket } = raw;
  raw.once('finish', () => {
    const text = JSON.stringify(body);
    const head = `HTTP/1.1 ${raw.statusCode} Again\r\ncontent-type: application/json; charset=utf-8`;
    if (socket?.writable) socket.write(`${head}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  });
}

/** Keeps who asked waiting, then breaks off. */
export function neverAnswer(reply: FastifyReply, delayMs: number): void {
  reply.hijack();
  const { socket } = reply.raw;
  const timer = setTimeout(() => socket?.destroy(), delayMs);
  timer.unref();
  socket?.once('close', () => clearTimeout(timer));
}
