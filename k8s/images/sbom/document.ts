import { createHash } from 'node:crypto';
import { type ImageName, referenceOf } from '../image.ts';
import type { Component } from './component.ts';

export interface BillOfMaterials {
  readonly name: ImageName;
  readonly summary: string;
  /** Of the image's manifest. */
  readonly digest: string;
  readonly components: readonly Component[];
}

/**
 * A CycloneDX 1.6 document. The serial number is derived from the image, and there is no time in it, so that the same
 * image has the same document.
 */
export function billOfMaterials({ name, summary, digest, components }: BillOfMaterials): Buffer {
  const unique = [...new Map(components.map((component) => [component.purl, component])).values()];
  const sorted = unique.sort((a, b) => (a.purl < b.purl ? -1 : 1));
  const image = `pkg:oci/${name}@${encodeURIComponent(digest)}?repository_url=${encodeURIComponent(repositoryOf(name))}`;
  return Buffer.from(
    `${JSON.stringify(
      {
        $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
        bomFormat: 'CycloneDX',
        specVersion: '1.6',
        serialNumber: `urn:uuid:${uuidOf(digest)}`,
        version: 1,
        metadata: {
          component: {
            'bom-ref': image,
            type: 'container',
            name: repositoryOf(name),
            version: digest,
            description: summary,
            purl: image,
            licenses: licencesOf('Apache-2.0'),
          },
        },
        components: sorted.map(asJson),
        dependencies: [
          { ref: image, dependsOn: sorted.map(({ purl }) => purl) },
          ...sorted.map(({ purl, dependsOn = [] }) => ({ ref: purl, dependsOn: [...new Set(dependsOn)].sort() })),
        ],
      },
      null,
      2,
    )}\n`,
  );
}

const repositoryOf = (name: ImageName): string => referenceOf(name).replace(/:[^:]*$/, '');

function asJson({ type, name, version, purl, cpe, licence, hashes }: Component): object {
  const scoped = purl.startsWith('pkg:npm/') ? /^(@[^/]+)\/(.+)$/.exec(name) : null;
  return {
    'bom-ref': purl,
    type,
    ...(scoped ? { group: scoped[1] } : {}),
    name: scoped?.[2] ?? name,
    version,
    ...(hashes ? { hashes } : {}),
    ...(licence ? { licenses: licencesOf(licence) } : {}),
    ...(cpe ? { cpe } : {}),
    purl,
  };
}

/** An identifier, an expression or a name: the schema keeps them apart. */
function licencesOf(licence: string): object[] {
  if (/\s(?:OR|AND|WITH)\s/.test(licence)) return [{ expression: licence }];
  return [{ license: /^[\w.+-]+$/.test(licence) ? { id: licence } : { name: licence } }];
}

/** RFC 9562, version 8: a UUID made of a hash. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
