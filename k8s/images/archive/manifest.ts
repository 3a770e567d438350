import { type ImageConfig, type ImageName, referenceOf } from '../image.ts';
import { type Blob, blobOf } from '../layer/tar.ts';
import type { Architecture } from '../machine/architecture.ts';

const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';

export interface ImageDescription {
  readonly name: ImageName;
  readonly summary: string;
  readonly architecture: Architecture;
  readonly config: ImageConfig;
  readonly layers: readonly (Blob & { readonly title: string })[];
}

export interface ImageFiles {
  /** Digest of the manifest: the image's name for what it is. */
  readonly digest: Blob['digest'];
  /** Small files of the archive by their paths; the layers are the rest. */
  readonly files: ReadonlyMap<string, Buffer>;
}

export const blobPath = ({ digest }: Pick<Blob, 'digest'>): string => `blobs/${digest.replace(':', '/')}`;

/**
 * The OCI image layout (image-spec 1.1) of one image with the manifest.json that `docker load` wants beside it. Says
 * nothing that differs between two builds of the same input: the time is the epoch.
 */
export function describeImage({ name, summary, architecture, config, layers }: ImageDescription): ImageFiles {
  const created = '1970-01-01T00:00:00Z';
  const annotations = {
    'org.opencontainers.image.title': `faultflix ${name}`,
    'org.opencontainers.image.description': summary,
  };
  const configuration = json({
    created,
    architecture,
    os: 'linux',
    config: { ...config, Labels: annotations },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    history: layers.map(({ title }) => ({ created, created_by: `npm run images: ${title}` })),
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: CONFIG_TYPE, ...blobOf(configuration) },
    layers: layers.map(({ digest, size }) => ({ mediaType: LAYER_TYPE, digest, size })),
    annotations,
  });
  const reference = referenceOf(name);
  const index = json({
    schemaVersion: 2,
    mediaType: INDEX_TYPE,
    manifests: [
      {
        mediaType: MANIFEST_TYPE,
        ...blobOf(manifest),
        platform: { architecture, os: 'linux' },
        annotations: {
          'org.opencontainers.image.ref.name': reference.split(':')[1],
          'io.containerd.image.name': reference,
        },
      },
    ],
  });
  const forDocker = json([
    { Config: blobPath(blobOf(configuration)), RepoTags: [reference], Layers: layers.map(blobPath) },
  ]);
  return {
    digest: blobOf(manifest).digest,
    files: new Map([
      ['oci-layout', json({ imageLayoutVersion: '1.0.0' })],
      ['index.json', index],
      ['manifest.json', forDocker],
      [blobPath(blobOf(configuration)), configuration],
      [blobPath(blobOf(manifest)), manifest],
    ]),
  };
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
