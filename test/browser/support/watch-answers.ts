/** Titles, an account and its papers, as the gateway answers them. */

interface FixtureTitle {
  readonly id: string;
  readonly name: string;
  readonly age: number;
}

const people = [
  { name: 'Ilse Varga', role: 'director' },
  { name: 'Tomasz Okoye', role: 'cast' },
];

const title = ({ id, name, age }: FixtureTitle, n: number) => ({
  ...{ id, name, age, people, year: 2001 + n, kind: 'film', genres: [n % 2 ? 'comedy' : 'drama'], minutes: 90 + n },
  synopsis: `${name}: somebody takes a caravan across a drying sea to settle a debt that nobody else remembers.`,
});

export const titles = [
  { id: 'undertow', name: 'Undertow', age: 0 },
  { id: 'night-shift', name: 'Night Shift at the Observatory', age: 16 },
  { id: 'the-salt-road', name: 'The Salt Road', age: 6 },
  { id: 'sixteen-bells', name: 'Sixteen Bells', age: 0 },
  { id: 'a-general-for-a-week', name: 'A General for a Week', age: 12 },
  { id: 'long', name: 'The Exceptionally Long and Winding Name of a Film that Nobody Ever Finished', age: 0 },
  { id: 'zoe', name: 'Zoë und die Ünbekannten', age: 0 },
].map(title);

const seasons = [
  { number: 1, episodes: [1, 2].map((n) => ({ id: `sixteen-bells.s1e${n}`, number: n, name: `Bell ${n}` })) },
];

export function titleOf(id: string) {
  const found = titles.find((each) => each.id === id.replace(/\.s\d+e\d+$/, ''));
  return found && { ...found, seasons: found.id === 'sixteen-bells' ? seasons : [] };
}

/** As the gateway: nothing above the age, where there is one. */
export function rowsFor(maxAge: number) {
  const shown = titles.filter(({ age }) => maxAge === 0 || age <= maxAge);
  return [
    { reason: 'popular', titles: shown },
    { reason: 'genre:drama', titles: shown.filter(({ genres }) => genres[0] === 'drama') },
  ];
}

const plan = (id: string, name: string, priceMinor: number, maxStreams: number, maxHeight: number) => ({
  ...{ id, name, priceMinor, currency: 'USD', maxStreams, maxHeight },
});
export const plans = [
  plan('free', 'Free', 0, 1, 720),
  plan('basic', 'Basic', 799, 1, 720),
  plan('standard', 'Standard', 1_549, 2, 1_080),
  plan('premium', 'Premium', 2_299, 4, 2_160),
];

export const account = {
  account: { id: 'a1', mail: 'zoe@example.test', name: 'Zoë Ünal', country: 'US', createdAtMs: 1_750_000_000_000 },
  subscription: {
    ...{ plan: plans[2], state: 'active', periodStartMs: 1_760_000_000_000, periodEndMs: 1_762_600_000_000 },
  },
};

export const bills = [
  { id: 'b1', plan: 'standard', amountMinor: 1_549, currency: 'USD', state: 'paid', atMs: 1_760_000_000_000 },
];
