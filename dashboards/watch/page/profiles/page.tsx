import { useState } from 'react';
import { type ApiError, asApiError } from '../model/api-error.ts';
import { api } from '../model/device.ts';
import { ageText, MOST_PROFILES, type Profile } from '../model/profiles.ts';
import { announce } from '../parts/announce.tsx';
import { Heading } from '../parts/heading.tsx';
import { Failed, Loading, Trouble } from '../parts/states.tsx';
import { fragmentOf } from '../route.ts';
import { NewProfile } from './new-profile.tsx';
import { useWatching } from './watching.tsx';

/** “Who is watching?” */
export function ProfilesPage() {
  const { who, goOnWithout, again } = useWatching();
  if (who.state === 'loading') return <Loading what="who is watching" />;
  if (who.state === 'failed') {
    return (
      <>
        <Heading>Who is watching?</Heading>
        <Failed what="the profiles" error={who.error} again={again} />
        <button type="button" onClick={goOnWithout}>
          Go on without a profile
        </button>
      </>
    );
  }
  if (who.state === 'device') {
    return (
      <div data-state="no-profiles">
        <Heading>Who is watching?</Heading>
        <p className="note">
          This device watches without a profile. <a href={fragmentOf({ page: 'account' })}>Sign in</a> to have one, or{' '}
          <button type="button" onClick={again}>
            choose one of yours
          </button>
          .
        </p>
      </div>
    );
  }
  return <Profiles profiles={who.profiles} current={who.state === 'profile' ? who.profile.id : undefined} />;
}

function Profiles({
  profiles,
  current,
}: {
  readonly profiles: readonly Profile[];
  readonly current?: string | undefined;
}) {
  const { choose, goOnWithout, again } = useWatching();
  const [problem, setProblem] = useState<ApiError>();
  const [asked, setAsked] = useState<string>();
  const pick = (profile: Profile) => {
    choose(profile);
    announce(`${profile.name} is watching`);
    location.hash = fragmentOf({ page: 'home' });
  };
  const remove = async ({ id, name }: Profile) => {
    setProblem(undefined);
    setAsked(undefined);
    try {
      await api.own(`/v1/profiles/${encodeURIComponent(id)}`, { method: 'DELETE' });
      announce(`The profile ${name} is deleted`);
      again();
    } catch (thrown) {
      setProblem(asApiError(thrown));
    }
  };
  return (
    <div data-state="profiles">
      <Heading>Who is watching?</Heading>
      {problem && <Trouble error={problem} />}
      <ul className="profiles">
        {profiles.map((profile) => (
          <li key={profile.id} data-profile={profile.id}>
            <button
              type="button"
              className="profile"
              aria-current={profile.id === current ? 'true' : undefined}
              onClick={() => pick(profile)}
            >
              <span className="face" aria-hidden="true">
                {[...profile.name][0]?.toUpperCase()}
              </span>
              <strong>{profile.name}</strong>
              <span>{ageText(profile.maxAge)}</span>
            </button>
            {asked === profile.id ? (
              <span className="sure">
                <button type="button" onClick={() => void remove(profile)}>
                  Delete {profile.name} for good
                </button>
                <button type="button" onClick={() => setAsked(undefined)}>
                  Keep
                </button>
              </span>
            ) : (
              profiles.length > 1 && (
                <button type="button" className="quiet" onClick={() => setAsked(profile.id)}>
                  Delete<span className="hidden"> {profile.name}</span>…
                </button>
              )
            )}
          </li>
        ))}
      </ul>
      {profiles.length < MOST_PROFILES ? (
        <NewProfile onMade={again} />
      ) : (
        <p className="note">An account has {MOST_PROFILES} profiles at most: delete one to make another.</p>
      )}
      <p>
        <button
          type="button"
          className="quiet"
          onClick={() => {
            goOnWithout();
            location.hash = fragmentOf({ page: 'home' });
          }}
        >
          Go on without a profile
        </button>
      </p>
    </div>
  );
}
