import { useState } from 'react';
import { ApiError } from '../model/api.ts';
import { api } from '../model/device.ts';
import { accessToken, isSignedIn, refresh, signIn, signOut } from '../model/sign-in.ts';
import { useAsked } from '../model/use-asked.ts';
import { Shown } from '../parts/states.tsx';
import { Bills } from './bills.tsx';
import { Plans, type Subscription } from './plans.tsx';
import { SignUp } from './sign-up.tsx';

interface Account {
  readonly name: string;
  readonly mail: string;
  readonly country: string;
}

export function AccountPage() {
  const [signedIn, setSignedIn] = useState(isSignedIn);
  if (!signedIn) {
    return (
      <div data-state="signed-out">
        <h1>Your account</h1>
        <p>Without an account a device may watch one film at a time, up to 720p.</p>
        <button type="button" className="play" onClick={() => void signIn()}>
          Sign in
        </button>
        <SignUp />
      </div>
    );
  }
  const leave = () => {
    signOut();
    api.forget();
    setSignedIn(false);
  };
  return <SignedIn onLeave={leave} />;
}

function SignedIn({ onLeave }: { readonly onLeave: () => void }) {
  const [changes, setChanges] = useState(0);
  const asked = useAsked(String(changes), async () => {
    if (!(await refresh())) throw new ApiError('unauthenticated', 401, 'you have to sign in again');
    return (await api.plain<{ account: Account; subscription?: Subscription }>('/v1/account', accessToken())).value;
  });
  const changed = () => {
    api.forget(); // what a session may watch is in its token
    setChanges((before) => before + 1);
  };
  return (
    <div data-state="signed-in">
      <Shown asked={asked} what="your account">
        {({ account, subscription }) => (
          <>
            <h1>{account.name}</h1>
            <p className="facts">
              {account.mail} · {account.country}
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
      <button type="button" onClick={onLeave}>
        Sign out
      </button>
    </div>
  );
}
