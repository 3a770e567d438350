import { useEffect, useRef, useState } from 'react';
import { AccountPage } from './account/page.tsx';
import { HomePage } from './home/page.tsx';
import { finishSignIn } from './model/sign-in.ts';
import { Announcer } from './parts/announce.tsx';
import { arrived } from './parts/heading.tsx';
import { PlayerPage } from './player/page.tsx';
import { ProfilesPage } from './profiles/page.tsx';
import { useWatching, WatchingProvider } from './profiles/watching.tsx';
import { fragmentOf, type Route } from './route.ts';
import { SearchBox, SearchPage } from './search/page.tsx';
import { TitlePage } from './title/page.tsx';

export function App({ route }: { readonly route: Route }) {
  if (location.pathname === '/callback') return <Callback />;
  return (
    <WatchingProvider>
      <button type="button" className="skip" onClick={() => document.querySelector('main')?.focus()}>
        Skip to content
      </button>
      <Header route={route} />
      <Main route={route} />
      <Announcer />
    </WatchingProvider>
  );
}

function Header({ route }: { readonly route: Route }) {
  const { who, profile } = useWatching();
  const link = (page: 'account' | 'profiles', text: string) => (
    <a href={fragmentOf({ page })} aria-current={route.page === page ? 'page' : undefined}>
      {text}
    </a>
  );
  return (
    <header>
      <a className="name" href={fragmentOf({ page: 'home' })}>
        Faultflix
      </a>
      <SearchBox query={route.page === 'search' ? route.query : ''} />
      <nav aria-label="Yours">
        {who.state !== 'device' && link('profiles', profile?.name ?? 'Profiles')}
        {link('account', 'Account')}
      </nav>
    </header>
  );
}

function Main({ route }: { readonly route: Route }) {
  const { who } = useWatching();
  // Nobody chooses a film before they have said who they are; an account and its plan are everybody's.
  const isAsked = who.state !== 'device' && who.state !== 'profile' && route.page !== 'account';
  const where = isAsked ? fragmentOf({ page: 'profiles' }) : fragmentOf(route);
  const last = useRef(where);
  if (last.current !== where) {
    last.current = where;
    arrived();
  }
  return (
    <main id="content" tabIndex={-1}>
      {isAsked ? <ProfilesPage /> : pageOf(route)}
    </main>
  );
}

function pageOf(route: Route) {
  switch (route.page) {
    case 'search':
      return <SearchPage query={route.query} />;
    case 'title':
      return <TitlePage key={route.id} id={route.id} />;
    case 'player':
      return <PlayerPage key={route.id} id={route.id} />;
    case 'account':
      return <AccountPage />;
    case 'profiles':
      return <ProfilesPage />;
    case 'home':
      return <HomePage />;
  }
}

/** Where the sign-in comes back to. */
function Callback() {
  const [problem, setProblem] = useState<string>();
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return; // a code is good once
    begun.current = true;
    finishSignIn().then(
      (back) => location.replace(`/${back || '#/account'}`),
      (thrown: unknown) => setProblem(thrown instanceof Error ? thrown.message : String(thrown)),
    );
  }, []);
  return (
    <main>
      <h1 className="hidden">Signing in</h1>
      {problem === undefined ? (
        <p className="note" role="status">
          Signing in…
        </p>
      ) : (
        <p className="note" role="alert" data-state="failed">
          You are not signed in: {problem}. <a href="/#/account">Back</a>
        </p>
      )}
    </main>
  );
}
