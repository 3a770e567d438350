/** Words for what the services say. Pure. */

/** `because:the-salt-road` with the name `The Salt Road`, `genre:drama`, `popular`. */
export function rowName(reason: string, name?: string): string {
  const [kind = '', id = ''] = split(reason);
  const about = name ?? id;
  switch (kind) {
    case 'because':
      return `Because you watched ${about}`;
    case 'genre':
      return about === '' ? 'More to watch' : about.charAt(0).toUpperCase() + about.slice(1);
    case 'for-you':
      return 'For you';
    case 'again':
      return 'Watch again';
    case 'resume':
      return 'Go on watching';
    default:
      return 'Popular now';
  }
}

const split = (reason: string): readonly string[] => {
  const colon = reason.indexOf(':');
  return colon < 0 ? [reason] : [reason.slice(0, colon), reason.slice(colon + 1)];
};

export const minutesText = (minutes: number): string =>
  minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;

export const ageRating = (age: number | undefined): string => (age ? `from ${age} years` : 'for all');

export const moneyText = (amountMinor: number, currency: string): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).format(amountMinor / 100);

export const clockText = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

export const bitsText = (bitsPerSecond: number | undefined): string =>
  bitsPerSecond === undefined || !Number.isFinite(bitsPerSecond)
    ? 'not known'
    : `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`;
