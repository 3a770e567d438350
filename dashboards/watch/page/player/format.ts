/** Which player is used: that of `?player=dash` or `?player=hls`, or the one that was chosen on this device. */
import { remember, remembered } from '../model/device.ts';
import type { Format } from './engine.ts';

const PLAYER = 'faultflix.player';
const isFormat = (value: unknown): value is Format => value === 'hls' || value === 'dash';

export function wantedFormat(): Format {
  const asked = new URLSearchParams(location.search).get('player');
  if (isFormat(asked)) return asked;
  const known = remembered<unknown>(PLAYER);
  return isFormat(known) ? known : 'hls';
}

export const rememberFormat = (format: Format): void => remember(PLAYER, format);
