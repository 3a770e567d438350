import { z } from 'zod';
import { FaultflixError } from '#base/errors.ts';
import { regions } from '#base/names.ts';

export const sessionInput = z.strictObject({
  device: z.string().min(1).max(100),
  home: z.enum(regions),
});

export const playInput = z.strictObject({ titleId: z.string().min(1).max(100) });

export const heartbeatInput = z.strictObject({
  playback: z.string().min(1).max(200),
  positionMs: z.int().min(0),
});

export const idempotencyKeyInput = z.string().min(1).max(100);

/** The input, or `bad-input` that names the field. `where` is the part of the request: `body`. */
export function checked<T>(schema: z.ZodType<T>, input: unknown, where: string): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new FaultflixError('bad-input', 'the request is not as it should be', {
    where: [where, ...issue.path].join('.'),
    expected: issue.message,
    received: input === undefined ? 'nothing' : typeof input === 'object' ? 'see where' : typeof input,
  });
}
