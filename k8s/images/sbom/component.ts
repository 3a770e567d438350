/** A part of an image that others made, as CycloneDX 1.6 wants it: https://cyclonedx.org/docs/1.6/json/. */
export interface Component {
  readonly type: 'application' | 'library' | 'file' | 'data';
  readonly name: string;
  readonly version: string;
  /** https://github.com/package-url/purl-spec; also the component's reference within the document. */
  readonly purl: string;
  readonly cpe?: string;
  /** SPDX identifier, SPDX expression, or in words where it is neither. */
  readonly licence?: string;
  readonly hashes?: readonly { readonly alg: 'SHA-512' | 'SHA-256'; readonly content: string }[];
  /** purls of what it needs. */
  readonly dependsOn?: readonly string[];
}

/** purl of an npm package; the `@` of a scope is percent-encoded. */
export const npmPurl = (name: string, version: string): string =>
  `pkg:npm/${name.replace(/^@/, '%40')}@${encodeURIComponent(version)}`;

/** `sha512-<base64>` of a lock, as the document wants it; nothing for other algorithms. */
export function hashesOf(integrity: string | undefined): Component['hashes'] {
  const base64 = /(?:^|\s)sha512-([\w+/=]+)/.exec(integrity ?? '')?.[1];
  return base64 ? [{ alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') }] : undefined;
}
