/** What `users` keeps. Ids are random, or hashes under a key that is itself kept encrypted: none says who somebody is. */
import { z } from 'zod';
import { defineCollection } from '#platform/stores/store.ts';

export const accounts = defineCollection({
  name: 'accounts',
  schema: z.object({ mail: z.string(), name: z.string(), country: z.string(), createdAtMs: z.number() }),
  encrypted: true,
});
export type StoredAccount = z.infer<typeof accounts.schema>;

/** By account. Apart from the account, so that who reads accounts never holds a password's hash. */
export const credentials = defineCollection({
  name: 'credentials',
  schema: z.object({ password: z.string() }),
  encrypted: true,
});

/** By the HMAC of the mail address. */
export const mails = defineCollection({ name: 'mails', schema: z.object({ account: z.string() }) });

/** By the hash of the idempotency key. */
export const signUps = defineCollection({
  name: 'sign-ups',
  schema: z.object({ account: z.string(), fingerprint: z.string() }),
});

/** By account: one document, so that two at once cannot pass the limit together. */
export const profiles = defineCollection({
  name: 'profiles',
  schema: z.object({ profiles: z.array(z.object({ id: z.string(), name: z.string(), maxAge: z.number() })) }),
  encrypted: true,
});
export type StoredProfile = z.infer<typeof profiles.schema>['profiles'][number];

/** One document, `users`: made by whichever pod is first. Base64. */
export const secrets = defineCollection({
  name: 'user-secrets',
  schema: z.object({ lookup: z.string(), cookies: z.string() }),
  encrypted: true,
});

/** One document, `ring`. */
export const signingKeys = defineCollection({
  name: 'signing-keys',
  schema: z.object({
    keys: z.array(
      z.object({
        kid: z.string(),
        signsFromMs: z.number(),
        jwk: z.object({ kty: z.string(), crv: z.string(), x: z.string(), y: z.string(), d: z.string() }),
      }),
    ),
  }),
  encrypted: true,
});

/** By `<model>.<hash of the token>`: who reads the store finds no token that could be used. */
export const oidcModels = defineCollection({
  name: 'oidc-models',
  schema: z.object({ payload: z.record(z.string(), z.unknown()), consumedBy: z.string().optional() }),
  encrypted: true,
});

/** From a session's uid or a user code's hash to the id of its model. */
export const oidcIndex = defineCollection({ name: 'oidc-index', schema: z.object({ id: z.string() }) });

/** By the hash of a grant: everything issued under it is void. One write ends a family of tokens. */
export const revokedGrants = defineCollection({ name: 'revoked-grants', schema: z.object({ atMs: z.number() }) });

/** Failed sign-ins. By the HMAC of whom or where they are counted for. */
export const attempts = defineCollection({
  name: 'sign-in-attempts',
  schema: z.object({ failures: z.number(), lastMs: z.number() }),
});
