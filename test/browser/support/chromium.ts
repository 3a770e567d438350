/** Headless Chromium of this machine, with a profile of its own and no calls home. */
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** False when it can be run; else one line that says why not. */
export const noChromium: string | false = await access(executablePath).then(
  () => false,
  () => `no browser at ${executablePath}: CHROMIUM names another`,
);

export interface Browser {
  readonly page: Page;
  /** What no page may do: errors on the console (a broken content policy among them), and requests to anyone else. */
  readonly faults: string[];
  close(): Promise<void>;
}

export interface BrowserOptions {
  readonly origin: string;
  readonly colorScheme?: 'light' | 'dark';
}

export async function openBrowser({ origin, colorScheme = 'light' }: BrowserOptions): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'faultflix-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    colorScheme,
    viewport: { width: 1440, height: 1100 },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) faults.push(`a request to ${request.url()}`);
  });
  return {
    page,
    faults,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
