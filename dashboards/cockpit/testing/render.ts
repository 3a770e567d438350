/** Renders the page's components to HTML, loaded by Vite since Node does not read TSX. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ComponentType, createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { createServer } from 'vite';
import { viteConfig } from '../../build/config.ts';

export interface Renderer {
  /** HTML of the default frame, `App`, with these properties. */
  app(props: object): string;
  close(): Promise<void>;
}

export async function startRenderer(): Promise<Renderer> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'faultflix-cockpit-test-'));
  const vite = await createServer({
    ...viteConfig(join(import.meta.dirname, '..')),
    cacheDir,
    appType: 'custom',
    optimizeDeps: { noDiscovery: true, include: [] },
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  });
  const { App } = (await vite.ssrLoadModule('/app.tsx')) as { App: ComponentType<object> };
  return {
    app: (props) => renderToStaticMarkup(createElement(App, props)),
    async close() {
      await vite.close();
      await rm(cacheDir, { recursive: true, force: true });
    },
  };
}
