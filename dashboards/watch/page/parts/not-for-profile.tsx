import type { Profile } from '../model/profiles.ts';
import { fragmentOf } from '../route.ts';

export function NotForProfile({ profile: { name, maxAge } }: { readonly profile: Profile }) {
  return (
    <div className="note" role="alert" data-state="not-for-profile">
      <p>
        {name} sees what is for up to {maxAge} years, and this is for older ones.
      </p>
      <p className="actions">
        <a href={fragmentOf({ page: 'home' })}>To all titles</a>
        <a href={fragmentOf({ page: 'profiles' })}>Change who is watching</a>
      </p>
    </div>
  );
}
