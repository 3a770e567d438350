/** The guards that can be switched off by name: docs/resilience.md says what each protects from. */
export const guardNames = [
  'deadline',
  'breaker',
  'retry-budget',
  'retries',
  'outlier-ejection',
  'region-preference',
  'concurrency-limit',
  'priority-shedding',
  'fallback',
] as const;
export type GuardName = (typeof guardNames)[number];

export interface Guards {
  /** True unless the ConfigMap `guards` says `off`. Cheap: asked on every call. */
  on(name: GuardName): boolean;
}

export const isGuardName = (text: string): text is GuardName => (guardNames as readonly string[]).includes(text);

/** Guards whose switches are set from outside. What is absent is on. */
export class SwitchableGuards implements Guards {
  #off: ReadonlySet<string> = new Set();

  on(name: GuardName): boolean {
    return !this.#off.has(name);
  }

  /** Takes the ConfigMap's data whole. Returns the names whose switch changed, for the log. */
  set(data: Readonly<Record<string, string>>): {
    readonly changed: readonly string[];
    readonly unknown: readonly string[];
  } {
    const off = new Set(guardNames.filter((name) => data[name]?.trim() === 'off'));
    const changed = guardNames.filter((name) => off.has(name) !== this.#off.has(name));
    this.#off = off;
    const unknown = Object.entries(data)
      .filter(([name, value]) => !isGuardName(name) || !['on', 'off'].includes(value.trim()))
      .map(([name, value]) => `${name}: ${value}`);
    return { changed, unknown };
  }
}
