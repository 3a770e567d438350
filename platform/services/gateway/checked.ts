import type { z } from 'zod';
import { FaultflixError } from '#base/errors.ts';

/** The input, or `bad-input` that names the field. `where` is the part of the request: `body`. Never repeats the value. */
export function checked<T>(schema: z.ZodType<T>, input: unknown, where: string): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new FaultflixError('bad-input', 'the request is not as it should be', {
    where: [where, ...issue.path].join('.').slice(0, 200),
    expected: issue.message.slice(0, 200),
    received: input === undefined ? 'nothing' : typeof input === 'object' ? 'see where' : typeof input,
  });
}
