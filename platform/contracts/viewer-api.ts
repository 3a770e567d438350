/**
 * What a viewer calls, as the router and every gateway know it: docs/architecture.md, "What a viewer calls". The gateway
 * adds the schemas, of which `GET /v1/openapi.json` is made.
 */
export interface ViewerRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Parameters as `:id`. */
  readonly path: string;
  /** Playing beats starting, starting beats browsing. */
  readonly priority: 'playing' | 'starting' | 'browsing';
  /** May be tried again elsewhere. `by-key`: when the request has an Idempotency-Key. */
  readonly repeat: 'safe' | 'by-key';
  /** `access`: of the OpenID provider. `play`: of POST /v1/session. `either`: an access token or none. */
  readonly token: 'none' | 'play' | 'access' | 'either';
  /** Whether the Idempotency-Key must be there. */
  readonly keyed?: true;
}

const get = { method: 'GET', repeat: 'safe' } as const;
const post = { method: 'POST', repeat: 'by-key' } as const;
/** Says what is so, and may arrive twice. */
const tell = { method: 'POST', repeat: 'safe' } as const;
const remove = { method: 'DELETE', repeat: 'safe' } as const;

const none = { priority: 'browsing', token: 'none' } as const;
const play = { priority: 'browsing', token: 'play' } as const;
const access = { priority: 'browsing', token: 'access' } as const;

export const viewerApi = {
  openSession: { ...tell, path: '/v1/session', priority: 'starting', token: 'either' },
  createAccount: { ...post, ...none, path: '/v1/accounts', keyed: true },
  getAccount: { ...get, ...access, path: '/v1/account' },
  listProfiles: { ...get, ...access, path: '/v1/profiles' },
  createProfile: { ...post, ...access, path: '/v1/profiles' },
  deleteProfile: { ...remove, ...access, path: '/v1/profiles/:id' },
  browse: { ...get, ...play, path: '/v1/browse' },
  listTitles: { ...get, ...play, path: '/v1/titles' },
  getTitle: { ...get, ...play, path: '/v1/titles/:id' },
  listSimilar: { ...get, ...play, path: '/v1/titles/:id/similar' },
  listGenres: { ...get, ...play, path: '/v1/genres' },
  search: { ...get, ...play, path: '/v1/search' },
  getArtwork: { ...get, ...none, path: '/v1/artwork/:id/:shape' },
  startPlayback: { ...post, ...play, path: '/v1/play', priority: 'starting', keyed: true },
  heartbeat: { ...tell, ...play, path: '/v1/heartbeat', priority: 'playing' },
  stopPlayback: { ...tell, ...play, path: '/v1/stop', priority: 'playing' },
  listPositions: { ...get, ...play, path: '/v1/positions' },
  getSteering: { ...get, ...none, path: '/v1/steering/:playback', priority: 'playing' },
  listPlans: { ...get, ...none, path: '/v1/plans' },
  getSubscription: { ...get, ...access, path: '/v1/subscription' },
  subscribe: { ...post, ...access, path: '/v1/subscription', keyed: true },
  cancelSubscription: { ...remove, ...access, path: '/v1/subscription' },
  listBills: { ...get, ...access, path: '/v1/bills' },
  getApi: { ...get, ...none, path: '/v1/openapi.json' },
} as const satisfies Readonly<Record<string, ViewerRoute>>;

export type Operation = keyof typeof viewerApi;
