/** The guards that can be switched off by name: docs/resilience.md says what each protects from. */
export const guardNames = [
  'deadline',
  'breaker',
  'retry-budget',
  'retries',
  'hedging',
  'bulkhead',
  'outlier-ejection',
  'region-preference',
  'concurrency-limit',
  'priority-shedding',
  'fallback',
  'idempotency',
] as const;
export type GuardName = (typeof guardNames)[number];

export interface Guards {
  /** True unless the ConfigMap `guards` says `off`. Cheap: asked on every call. */
  on(name: GuardName): boolean;
}

export const isGuardName = (text: string): text is GuardName => (guardNames as readonly string[]).includes(text);

/** What a change of the switches came to, for the log. */
export interface SwitchReport {
  readonly changed: Readonly<Partial<Record<GuardName, 'on' | 'off'>>>;
  /** Entries that are no guard, or neither `on` nor `off`: they switch nothing. */
  readonly notUnderstood: readonly string[];
}

/** Guards whose switches are set from outside. What is absent is on. */
export class SwitchableGuards implements Guards {
  #off: ReadonlySet<GuardName> = new Set();
  /** What is asked on every call, as one comparison. */
  #allOn = true;

  on(name: GuardName): boolean {
    return this.#allOn || !this.#off.has(name);
  }

  /** Takes the ConfigMap's data whole. */
  set(data: Readonly<Record<string, string>>): SwitchReport {
    const changed: Partial<Record<GuardName, 'on' | 'off'>> = {};
    const off = new Set(guardNames.filter((name) => data[name]?.trim() === 'off'));
    for (const name of guardNames)
      if (off.has(name) !== this.#off.has(name)) changed[name] = off.has(name) ? 'off' : 'on';
    this.#off = off;
    this.#allOn = off.size === 0;
    const notUnderstood = Object.entries(data)
      .filter(([name, value]) => !isGuardName(name) || !['on', 'off'].includes(value.trim()))
      .map(([name, value]) => `${name}: ${value}`);
    return { changed, notUnderstood };
  }
}
