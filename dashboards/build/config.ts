import { join } from 'node:path';
import type { InlineConfig, Plugin } from 'vite';

/** One configuration for the build of a dashboard's page and for the tests that render components. */
export function viteConfig(dashboard: string, onModules?: (count: number) => void): InlineConfig {
  return {
    configFile: false,
    root: join(dashboard, 'page'),
    base: '/',
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic' } },
    // Nothing inline: the page is served under `default-src 'self'`.
    build: {
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      emptyOutDir: true,
      chunkSizeWarningLimit: 2_000,
    },
    ssr: { noExternal: [/^@patternfly\//] },
    plugins: onModules ? [counting(onModules)] : [],
  };
}

function counting(onModules: (count: number) => void): Plugin {
  let count = 0;
  return {
    name: 'faultflix:progress',
    moduleParsed: () => {
      count += 1;
      if (count % 50 === 0) onModules(count);
    },
  };
}
