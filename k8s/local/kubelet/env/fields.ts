import { FaultflixError } from '#base/errors.ts';
import type { Container, Pod } from '../types.ts';
import { inUnitsOf } from './quantity.ts';

export interface FieldContext {
  readonly pod: Pod;
  readonly podIp: string;
  readonly hostIp: string;
  /** What the node has to give, for limits that a container does not set. */
  readonly allocatable: Readonly<Record<string, string>>;
}

/** The value of a downward API field path. Throws `bad-input` for one that Kubernetes does not have. */
export function fieldValue(path: string, { pod, podIp, hostIp }: FieldContext): string {
  const { metadata, spec } = pod;
  const subscript = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (subscript) return metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2]!] ?? '';
  switch (path) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace;
    case 'metadata.uid':
      return metadata.uid;
    case 'metadata.labels':
      return lines(metadata.labels);
    case 'metadata.annotations':
      return lines(metadata.annotations);
    case 'spec.nodeName':
      return spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? 'default';
    case 'status.podIP':
    case 'status.podIPs':
      return podIp;
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostIp;
    default:
      throw new FaultflixError('bad-input', 'unknown field of the downward API', { received: path });
  }
}

/** `key="escaped value"` a line, by key: the downward API's format of labels and annotations. */
const lines = (map: Readonly<Record<string, string>> = {}): string =>
  Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');

export interface ResourceReference {
  readonly resource: string;
  readonly divisor?: string;
}

/** The value of `limits.cpu`, `requests.memory` and so on; a limit that is not set is what the node can give. */
export function resourceValue(
  { resource, divisor }: ResourceReference,
  container: Container,
  { allocatable }: FieldContext,
): string {
  const [kind, ...rest] = resource.split('.');
  const name = rest.join('.');
  const { limits, requests } = container.resources ?? {};
  const quantity = kind === 'limits' ? (limits?.[name] ?? allocatable[name]) : (requests?.[name] ?? limits?.[name]);
  return inUnitsOf(quantity ?? '0', divisor && divisor !== '0' ? divisor : '1');
}
