import { useEffect, useRef, useState } from 'react';
import { AccountPage } from './account/page.tsx';
import { HomePage } from './home/page.tsx';
import { finishSignIn } from './model/sign-in.ts';
import { PlayerPage } from './player/page.tsx';
import { fragmentOf, type Route } from './route.ts';
import { SearchBox, SearchPage } from './search/page.tsx';
import { TitlePage } from './title/page.tsx';

export function App({ route }: { readonly route: Route }) {
  if (location.pathname === '/callback') return <Callback />;
  return (
    <>
      <header>
        <a className="name" href={fragmentOf({ page: 'home' })}>
          Faultflix
        </a>
        <SearchBox query={route.page === 'search' ? route.query : ''} />
        <a href={fragmentOf({ page: 'account' })}>Account</a>
      </header>
      <main>{pageOf(route)}</main>
    </>
  );
}

function pageOf(route: Route) {
  switch (route.page) {
    case 'search':
      return <SearchPage query={route.query} />;
    case 'title':
      return <TitlePage id={route.id} />;
    case 'player':
      return <PlayerPage id={route.id} />;
    case 'account':
      return <AccountPage />;
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
