import type { V1KeyToPath, V1Volume } from '@kubernetes/client-node';
import { FaultflixError } from '#base/errors.ts';
import { type FieldContext, fieldValue, resourceValue } from '../env/fields.ts';
import type { DataObject } from '../types.ts';
import { containersOf } from '../types.ts';
import type { File } from './atomic-writer.ts';

export interface ContentContext extends FieldContext {
  readonly find: (kind: 'ConfigMap' | 'Secret', name: string) => DataObject | undefined;
  /** The token of the pod's service account for an audience; kept and renewed by the caller. */
  readonly token: (request: TokenRequest) => string;
}

export interface TokenRequest {
  readonly audience: string | undefined;
  readonly expirationSeconds: number;
}

type Source = Pick<V1Volume, 'configMap' | 'secret' | 'downwardAPI' | 'projected'>;

/** The tokens that a volume needs. */
export function tokensOf(volume: V1Volume): TokenRequest[] {
  return (volume.projected?.sources ?? []).flatMap(({ serviceAccountToken: token }) =>
    token ? [{ audience: token.audience, expirationSeconds: token.expirationSeconds ?? 3_600 }] : [],
  );
}

/** The ConfigMaps and Secrets that a volume reads. */
export function objectsOf(volume: Source): { kind: 'ConfigMap' | 'Secret'; name: string }[] {
  const found: { kind: 'ConfigMap' | 'Secret'; name: string }[] = [];
  if (volume.configMap?.name) found.push({ kind: 'ConfigMap', name: volume.configMap.name });
  if (volume.secret?.secretName) found.push({ kind: 'Secret', name: volume.secret.secretName });
  for (const source of volume.projected?.sources ?? []) {
    if (source.configMap?.name) found.push({ kind: 'ConfigMap', name: source.configMap.name });
    if (source.secret?.name) found.push({ kind: 'Secret', name: source.secret.name });
  }
  return found;
}

/** Whether the volume's files come from the API and follow it. */
export const isContent = (volume: V1Volume): boolean =>
  Boolean(volume.configMap || volume.secret || volume.downwardAPI || volume.projected);

/** The files of a ConfigMap, Secret, downward API or projected volume. Throws `not-found` for what is missing and not optional. */
export function contentOf(volume: V1Volume, context: ContentContext): Map<string, File> {
  const files = new Map<string, File>();
  if (volume.projected) {
    const mode = volume.projected.defaultMode ?? 0o644;
    for (const source of volume.projected.sources ?? []) {
      if (source.configMap) keys('ConfigMap', source.configMap.name, { ...source.configMap, mode, context, files });
      if (source.secret) keys('Secret', source.secret.name, { ...source.secret, mode, context, files });
      if (source.downwardAPI) fields(source.downwardAPI.items, { mode, context, files });
      const token = source.serviceAccountToken;
      if (token) {
        const [request] = tokensOf({ name: '', projected: { sources: [source] } });
        // Readable by others only as far as the operator's own umask of the pod's folder allows: the folder is 0700.
        files.set(token.path, { content: Buffer.from(context.token(request!)), mode });
      }
    }
  }
  if (volume.configMap) {
    const mode = volume.configMap.defaultMode ?? 0o644;
    keys('ConfigMap', volume.configMap.name, { ...volume.configMap, mode, context, files });
  }
  if (volume.secret) {
    const mode = volume.secret.defaultMode ?? 0o644;
    keys('Secret', volume.secret.secretName, { ...volume.secret, mode, context, files });
  }
  if (volume.downwardAPI)
    fields(volume.downwardAPI.items, { mode: volume.downwardAPI.defaultMode ?? 0o644, context, files });
  return files;
}

interface Into {
  readonly mode: number;
  readonly context: ContentContext;
  readonly files: Map<string, File>;
}

/** In the words of the kubelet (pkg/volume/configmap and secret). */
const missingKey = {
  ConfigMap: 'configmap references non-existent config key',
  Secret: 'references non-existent secret key',
} as const;

function keys(
  kind: 'ConfigMap' | 'Secret',
  name: string | undefined,
  { items, optional, mode, context, files }: Into & { readonly items?: V1KeyToPath[]; readonly optional?: boolean },
): void {
  const found = name ? context.find(kind, name) : undefined;
  if (!found) {
    if (optional) return;
    throw new FaultflixError('not-found', `${kind.toLowerCase()} "${name}" not found`);
  }
  const all = new Map<string, Buffer>();
  for (const [key, value] of Object.entries(found.data ?? {}))
    all.set(key, Buffer.from(value, kind === 'Secret' ? 'base64' : 'utf8'));
  for (const [key, value] of Object.entries(found.binaryData ?? {})) all.set(key, Buffer.from(value, 'base64'));
  if (!items) {
    for (const [key, content] of all) files.set(key, { content, mode });
    return;
  }
  for (const item of items) {
    const content = all.get(item.key);
    if (content) files.set(item.path, { content, mode: item.mode ?? mode });
    else if (!optional)
      throw new FaultflixError('not-found', `${missingKey[kind]}: ${item.key}`, { where: name ?? '' });
  }
}

type Items = NonNullable<V1Volume['downwardAPI']>['items'];

function fields(items: Items, { mode, context, files }: Into): void {
  for (const item of items ?? []) {
    let text = '';
    if (item.fieldRef) text = fieldValue(item.fieldRef.fieldPath, context);
    if (item.resourceFieldRef) {
      const { containerName, resource, divisor } = item.resourceFieldRef;
      const container = containersOf(context.pod).find((c) => c.spec.name === containerName)?.spec;
      if (container) text = resourceValue({ resource, ...(divisor ? { divisor } : {}) }, container, context);
    }
    files.set(item.path, { content: Buffer.from(text), mode: item.mode ?? mode });
  }
}
