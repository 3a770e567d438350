/** Who this browser is, what it remembers, and the API as it asks it. */
import { Api } from './api.ts';
import { accessToken } from './sign-in.ts';

const DEVICE = 'faultflix.device';

function deviceId(): string {
  const known = localStorage.getItem(DEVICE);
  if (known !== null) return known;
  const made = `browser-${crypto.randomUUID()}`;
  localStorage.setItem(DEVICE, made);
  return made;
}

/** The server that served the page says where its viewers are at home. */
export const home = document.cookie.match(/(?:^|; )faultflix-home=([\w-]+)/)?.[1] ?? 'us-east-1';

export const api = new Api({
  fetch: (...asked) => fetch(...asked),
  device: deviceId(),
  home,
  accessToken,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
});

/** What this device remembers of `key`; what cannot be read is as if it were not there. */
export function remembered<T>(key: string): T | undefined {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(key: string, value: unknown): void {
  if (value === undefined) localStorage.removeItem(key);
  else localStorage.setItem(key, JSON.stringify(value));
}
