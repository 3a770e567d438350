import './style.css';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { routeOf } from './route.ts';

function Watch() {
  const [fragment, setFragment] = useState(location.hash);
  useEffect(() => {
    const follow = () => setFragment(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return <App route={routeOf(fragment)} />;
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Watch />
  </StrictMode>,
);
