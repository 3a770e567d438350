import { useState } from 'react';
import { api } from '../model/device.ts';
import { isSignedIn, signIn, signOut } from '../model/sign-in.ts';
import { useAsked } from '../model/use-asked.ts';
import { Heading } from '../parts/heading.tsx';
import { Shown } from '../parts/states.tsx';
import { useWatching } from '../profiles/watching.tsx';
import { Bills } from './bills.tsx';
import { Plans, type Subscription } from './plans.tsx';
import { SignUp } from './sign-up.tsx';

interface Account {
  readonly name: string;
  readonly mail: string;
  readonly country: string;
}

export function AccountPage() {
  const { again } = useWatching();
  const [signedIn, setSignedIn] = useState(isSignedIn);
  const leave = () => {
    signOut();
    api.forget();
    again();
    setSignedIn(false);
  };
  return (
    <>
      <Heading>Your account</Heading>
      {signedIn ? <SignedIn onLeave={leave} /> : <SignedOut />}
    </>
  );
}

function SignedOut() {
  return (
    <div data-state="signed-out">
      <p>Without an account a device may watch one film at a time, up to 720p.</p>
      <button type="button" className="play" onClick={() => void signIn()}>
        Sign in
      </button>
      <SignUp />
    </div>
  );
}

function SignedIn({ onLeave }: { readonly onLeave: () => void }) {
  const [changes, setChanges] = useState(0);
  const asked = useAsked(
    String(changes),
    async () => (await api.own<{ account: Account; subscription?: Subscription }>('/v1/account')).value,
  );
  const changed = () => {
    api.forget(); // what a session may watch is in its token
    setChanges((before) => before + 1);
  };
  return (
    <div data-state="signed-in">
      <Shown asked={asked} what="your account">
        {({ account, subscription }) => (
          <>
            <p>
              <strong>{account.name}</strong>{' '}
              <span className="facts">
                {account.mail} · {account.country}
              </span>
            </p>
            {subscription ? (
              <Plans subscription={subscription} country={account.country} onChanged={changed} />
            ) : (
              <p className="note" role="status" data-state="degraded">
                Your plan is not to be had just now; what you may watch stays as it is.
              </p>
            )}
            <Bills key={changes} />
          </>
        )}
      </Shown>
      <p className="actions">
        <button type="button" onClick={onLeave}>
          Sign out
        </button>
      </p>
    </div>
  );
}
