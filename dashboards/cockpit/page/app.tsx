import {
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadMain,
  Nav,
  NavItem,
  NavList,
  Page,
  PageSection,
  SkipToContent,
} from '@patternfly/react-core';
import { ExperimentsPage } from './experiments/page.tsx';
import type { FeedView } from './feed/use-feed.ts';
import { type Health, healthOf, known } from './model/health.ts';
import { HealthBanner } from './parts/health-banner.tsx';
import { HealthLabel } from './parts/health-label.tsx';
import { ErrorState, LoadingState } from './parts/states.tsx';
import { ThemeToggle } from './parts/theme-toggle.tsx';
import { PlatformPage } from './platform/page.tsx';
import type { Route } from './route.ts';
import { RunPage } from './run/page.tsx';
import type { Theme } from './theme.ts';

export interface AppProps {
  readonly feed: FeedView;
  readonly route: Route;
  readonly theme: Theme;
  readonly onTheme: (theme: Theme) => void;
}

const pages = [
  { page: 'run', word: 'Run', address: '#/' },
  { page: 'experiments', word: 'Experiments', address: '#/experiments' },
  { page: 'platform', word: 'Platform', address: '#/platform' },
] as const;

/** The frame of every page: where one is, whether what is shown is true now, and the page itself. */
export function App({ feed, route, theme, onTheme }: AppProps) {
  const health = healthOf(feed);
  const masthead = (
    <Masthead display={{ default: 'inline' }}>
      <MastheadMain>
        <MastheadBrand className="ff-brand">
          <img src="/icon.svg" alt="" width={20} height={20} /> Faultflix
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <Nav variant="horizontal" aria-label="Pages" className="ff-nav">
          <NavList>
            {pages.map(({ page, word, address }) => (
              <NavItem key={page} to={address} isActive={page === route.page}>
                {word}
              </NavItem>
            ))}
          </NavList>
        </Nav>
        <span className="ff-spacer" />
        <HealthLabel health={health} />
        <ThemeToggle theme={theme} onTheme={onTheme} />
      </MastheadContent>
    </Masthead>
  );
  return (
    <Page
      masthead={masthead}
      skipToContent={<SkipToContent href="#content">Skip to content</SkipToContent>}
      mainContainerId="content"
      isContentFilled
    >
      <PageSection className="ff-page" isFilled>
        <HealthBanner health={health} />
        <Content feed={feed} route={route} health={health} />
      </PageSection>
    </Page>
  );
}

function Content({ feed: { state, nowMs }, route, health }: Pick<AppProps, 'feed' | 'route'> & { health: Health }) {
  const source = route.page === 'platform' ? 'pods' : 'experiments';
  if (!state || !known(state, source)) {
    return health.kind === 'error' ? <ErrorState error={health} /> : <LoadingState what={source} />;
  }
  if (route.page === 'experiments') return <ExperimentsPage state={state} nowMs={nowMs} />;
  if (route.page === 'platform') return <PlatformPage state={state} nowMs={nowMs} />;
  return <RunPage state={state} nowMs={nowMs} name={route.name} />;
}
