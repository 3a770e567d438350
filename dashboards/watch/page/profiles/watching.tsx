/** Who is watching, for every page: a device, or a profile of the account that is signed in. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type ApiError, asApiError } from '../model/api-error.ts';
import { api, remember, remembered } from '../model/device.ts';
import { type Profile, profileAtOnce } from '../model/profiles.ts';
import { isSignedIn } from '../model/sign-in.ts';

export type Who =
  /** Nobody is signed in, or somebody has said to go on without a profile. */
  | { readonly state: 'device' }
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly error: ApiError }
  | { readonly state: 'asked'; readonly profiles: readonly Profile[] }
  | { readonly state: 'profile'; readonly profile: Profile; readonly profiles: readonly Profile[] };

export interface Watching {
  readonly who: Who;
  readonly profile: Profile | undefined;
  choose(profile: Profile): void;
  /** Nobody of these: nothing is remembered, everything is shown. */
  goOnWithout(): void;
  /** Reads the profiles again: somebody was made or deleted, or signed in or out. */
  again(): void;
}

const PROFILE = 'faultflix.profile';
const Context = createContext<Watching | undefined>(undefined);

export function WatchingProvider({ children }: { readonly children: ReactNode }) {
  const [who, setWho] = useState<Who>(isSignedIn() ? { state: 'loading' } : { state: 'device' });
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` asks again
  useEffect(() => {
    if (!isSignedIn()) {
      setWho({ state: 'device' });
      return;
    }
    let current = true;
    const last = remembered<Profile>(PROFILE);
    api.own<{ profiles: readonly Profile[] }>('/v1/profiles').then(
      ({ value: { profiles } }) => current && setWho(whoOf(profiles, last?.id)),
      (thrown: unknown) => {
        const error = asApiError(thrown);
        // While accounts are out, a device goes on as whom it knows; the gateway does the same.
        const known = error.code === 'unauthenticated' ? undefined : last;
        if (current)
          setWho(known ? { state: 'profile', profile: known, profiles: [known] } : { state: 'failed', error });
      },
    );
    return () => {
      current = false;
    };
  }, [attempt]);

  const value = useMemo<Watching>(
    () => ({
      who,
      profile: who.state === 'profile' ? who.profile : undefined,
      choose(profile) {
        remember(PROFILE, profile);
        const profiles = who.state === 'asked' || who.state === 'profile' ? who.profiles : [profile];
        setWho({ state: 'profile', profile, profiles });
      },
      goOnWithout() {
        remember(PROFILE, undefined);
        setWho({ state: 'device' });
      },
      again: () => setAttempt((before) => before + 1),
    }),
    [who],
  );
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useWatching(): Watching {
  const watching = useContext(Context);
  if (watching === undefined) throw new Error('outside of WatchingProvider');
  return watching;
}

function whoOf(profiles: readonly Profile[], last: string | undefined): Who {
  const profile = profileAtOnce(profiles, last);
  return profile === undefined ? { state: 'asked', profiles } : { state: 'profile', profile, profiles };
}

/** The query that says who is watching, `?profile=…`, or nothing. */
export const profileQuery = (profile: Profile | undefined): string =>
  profile === undefined ? '' : `?${new URLSearchParams({ profile: profile.id })}`;
