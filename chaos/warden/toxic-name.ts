/** Names of toxics that faults leave: `ff.<run>.<fault index>.<expiry, ms since the epoch>[.<stream>]`. */
export interface ToxicName {
  readonly run: string;
  readonly step: number;
  readonly expiresAtMs: number;
}

/** Whether a toxic is of a fault at all, however its name goes on: such toxics are the warden's to remove. */
export const isFaultToxic = (name: string): boolean => name.startsWith('ff.');

/** Undefined when the name is not of this form. */
export function parseToxicName(name: string): ToxicName | undefined {
  const match = /^ff\.([a-z0-9-]{1,63})\.(\d{1,4})\.(\d{1,16})(\.[a-z]+)?$/.exec(name);
  if (!match) return undefined;
  return { run: match[1]!, step: Number(match[2]), expiresAtMs: Number(match[3]) };
}
