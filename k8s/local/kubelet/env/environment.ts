import { FaultflixError } from '#base/errors.ts';
import type { Container, DataObject } from '../types.ts';
import { expand } from './expand.ts';
import { type FieldContext, fieldValue, resourceValue } from './fields.ts';

export interface EnvironmentContext extends FieldContext {
  /** ConfigMaps and Secrets of the pod's namespace. */
  readonly find: (kind: 'ConfigMap' | 'Secret', name: string) => DataObject | undefined;
}

/**
 * The container's environment above `base`: envFrom in order, then env, where a value may refer to earlier variables
 * and to those of `base`. Throws `not-found` when a ConfigMap, Secret or key that is not optional is missing.
 */
export function environmentOf(
  container: Container,
  context: EnvironmentContext,
  base: Readonly<Record<string, string>>,
): Record<string, string> {
  const env: Record<string, string> = { ...base };
  for (const source of container.envFrom ?? []) {
    const [kind, reference] = source.configMapRef
      ? (['ConfigMap', source.configMapRef] as const)
      : (['Secret', source.secretRef] as const);
    const found = reference?.name ? context.find(kind, reference.name) : undefined;
    if (!found && reference && !reference.optional) throw missing(kind, reference.name);
    for (const [key, value] of Object.entries(found?.data ?? {}))
      env[(source.prefix ?? '') + key] = decode(kind, value);
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (!valueFrom) {
      env[name] = expand(value ?? '', (reference) => env[reference]);
      continue;
    }
    const got = referred(valueFrom, container, context);
    if (got !== undefined) env[name] = got;
  }
  return env;
}

/** `command` and `args` with their references replaced; each undefined when the container has none. */
export function commandOf(
  { command, args }: Container,
  env: Readonly<Record<string, string>>,
): {
  command: string[] | undefined;
  args: string[];
} {
  const all = (texts: readonly string[]) => texts.map((text) => expand(text, (name) => env[name]));
  return { command: command && command.length > 0 ? all(command) : undefined, args: all(args ?? []) };
}

type ValueFrom = NonNullable<NonNullable<Container['env']>[number]['valueFrom']>;

function referred(from: ValueFrom, container: Container, context: EnvironmentContext): string | undefined {
  if (from.fieldRef) return fieldValue(from.fieldRef.fieldPath, context);
  if (from.resourceFieldRef) {
    const { resource, divisor, containerName } = from.resourceFieldRef;
    const all = [...context.pod.spec.containers, ...(context.pod.spec.initContainers ?? [])];
    const other = containerName ? all.find((candidate) => candidate.name === containerName) : undefined;
    return resourceValue({ resource, ...(divisor ? { divisor } : {}) }, other ?? container, context);
  }
  const [kind, reference] = from.configMapKeyRef
    ? (['ConfigMap', from.configMapKeyRef] as const)
    : (['Secret', from.secretKeyRef] as const);
  if (!reference) return undefined;
  const found = context.find(kind, reference.name ?? '');
  const value = found?.data?.[reference.key];
  if (value !== undefined) return decode(kind, value);
  if (reference.optional) return undefined;
  if (!found) throw missing(kind, reference.name);
  throw new FaultflixError(
    'not-found',
    `couldn't find key ${reference.key} in ${kind} ${context.pod.metadata.namespace}/${reference.name}`,
  );
}

const decode = (kind: 'ConfigMap' | 'Secret', value: string) =>
  kind === 'Secret' ? Buffer.from(value, 'base64').toString('utf8') : value;

const missing = (kind: string, name: string | undefined) =>
  new FaultflixError('not-found', `${kind.toLowerCase()} "${name}" not found`);
