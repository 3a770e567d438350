import { FaultflixError } from './errors.ts';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `"300ms"`, `"15s"`, `"1m30s"` as milliseconds; undefined when the text is not a duration of zero or more. */
export function parseDurationMs(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) total += Number(amount) * units[unit!]!;
  return total;
}

/** As `parseDurationMs`, but an error that says what a duration looks like. */
export function durationMs(text: string, where: string): number {
  const ms = parseDurationMs(text);
  if (ms !== undefined) return ms;
  throw new FaultflixError('bad-input', `not a duration: ${text}`, {
    where,
    expected: 'a number with ms, s, m or h, such as 300ms, 15s, 1m30s',
    received: text,
  });
}
