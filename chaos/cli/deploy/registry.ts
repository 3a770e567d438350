/** The manifests with images of a registry instead of those that somebody put on the nodes. Pure. */
import { FaultflixError } from '#base/errors.ts';
import { IMAGE_VARIABLE } from '../preflight/needs.ts';
import type { Manifest } from './manifest.ts';

/** Names nobody can serve: docs/architecture.md, "Images". */
export const OURS = 'faultflix.local/';

/** Host with an optional port, then path parts, as distribution/reference has them: `ghcr.io/me`, `localhost:5000`. */
const PREFIX = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

/** Throws `bad-input` for what cannot begin an image's name. */
export function checkRegistry(prefix: string): void {
  if (PREFIX.test(prefix)) return;
  throw new FaultflixError('bad-input', 'not the beginning of an image’s name', {
    where: '--registry',
    expected: 'a registry and a path, without a scheme and a slash at the end: ghcr.io/me',
    received: prefix,
  });
}

export function withRegistry(manifests: readonly Manifest[], prefix: string): readonly Manifest[] {
  return manifests.map((manifest) => exchange(manifest, prefix) as Manifest);
}

function exchange(value: unknown, prefix: string): unknown {
  if (Array.isArray(value)) return value.map((each) => exchange(each, prefix));
  if (typeof value !== 'object' || value === null) return value;
  const isVariable = IMAGE_VARIABLE.test(String((value as { name?: unknown }).name));
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => {
      const names = (key === 'image' || (key === 'value' && isVariable)) && typeof field === 'string';
      if (names) return [key, field.startsWith(OURS) ? `${prefix}/${field.slice(OURS.length)}` : field];
      return [key, exchange(field, prefix)];
    }),
  );
}
