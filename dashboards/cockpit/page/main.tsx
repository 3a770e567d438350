import '@patternfly/react-core/dist/styles/base.css';
import 'uplot/dist/uPlot.min.css';
import './style.css';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { useFeed } from './feed/use-feed.ts';
import { routeOf } from './route.ts';
import { applyTheme, savedTheme } from './theme.ts';

function Cockpit() {
  const feed = useFeed();
  const [fragment, setFragment] = useState(location.hash);
  const [theme, setTheme] = useState(savedTheme);
  useEffect(() => {
    const follow = () => setFragment(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  useEffect(() => applyTheme(theme), [theme]);
  return <App feed={feed} route={routeOf(fragment)} theme={theme} onTheme={setTheme} />;
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Cockpit />
  </StrictMode>,
);
