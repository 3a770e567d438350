/** Who of an account is watching. Pure. */
export interface Profile {
  readonly id: string;
  readonly name: string;
  /** Nothing that is rated above it is shown; 0: everything. */
  readonly maxAge: number;
}

/** As many as an account may have. */
export const MOST_PROFILES = 5;

/** What a profile may be limited to, in years; 0: nothing is kept from it. */
export const ages = [0, 6, 12, 16] as const;

export const ageText = (maxAge: number): string => (maxAge === 0 ? 'Everything' : `Up to ${maxAge} years`);

/** Whether a profile may see a title; a device without a profile may see everything. */
export function suits(age: number | undefined, profile: Pick<Profile, 'maxAge'> | undefined): boolean {
  return profile === undefined || profile.maxAge === 0 || (age ?? 0) <= profile.maxAge;
}

/**
 * Whom a device watches as without asking: the one that it remembers, where the account still has it, and the only one
 * where there is no choice.
 */
export function profileAtOnce(profiles: readonly Profile[], remembered: string | undefined): Profile | undefined {
  return profiles.find(({ id }) => id === remembered) ?? (profiles.length === 1 ? profiles[0] : undefined);
}
