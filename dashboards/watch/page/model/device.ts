/** Who this browser is, and the API as it asks it. */
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

export const api = new Api({ fetch: (...asked) => fetch(...asked), device: deviceId(), home, accessToken });
