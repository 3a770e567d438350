/**
 * JSON schema as zod gives it, made structural as Kubernetes wants it of a CRD:
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly additionalProperties?: boolean | JsonSchema;
}

const KEEP: JsonSchema = { 'x-kubernetes-preserve-unknown-fields': true };

/**
 * `additionalProperties: false` becomes "keep what is unknown": pruned in silence, a mistyped `regions` would widen an
 * experiment to all of them; kept, the controller sees and refuses it. A union of
 * objects becomes one object: a property that all options have alike stays as it is, the enums of one that tells them
 * apart are joined, and one whose shape differs by option keeps what the author wrote, for the controller to check.
 */
export function structural(schema: JsonSchema): JsonSchema {
  const { oneOf, properties, items, additionalProperties, ...rest } = schema;
  if (oneOf) return { ...structuralUnion(oneOf.map(structural)), ...described(rest) };
  return {
    ...rest,
    ...(properties
      ? { properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, structural(value)])) }
      : {}),
    ...(items ? { items: structural(items) } : {}),
    ...(additionalProperties === false ? KEEP : {}),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: structural(additionalProperties) } : {}),
  };
}

function structuralUnion(options: readonly JsonSchema[]): JsonSchema {
  const names = [...new Set(options.flatMap((option) => Object.keys(option.properties ?? {})))];
  const properties = Object.fromEntries(
    names.map((name) => {
      const shapes = options.map((option) => option.properties?.[name]).filter((shape) => shape !== undefined);
      return [name, joined(shapes)];
    }),
  );
  const required = names.filter((name) => options.every((option) => option.required?.includes(name)));
  return { type: 'object', ...KEEP, properties, ...(required.length > 0 ? { required } : {}) };
}

function joined(schemas: readonly JsonSchema[]): JsonSchema {
  const [first] = schemas;
  if (schemas.every((schema) => JSON.stringify(schema) === JSON.stringify(first))) return first!;
  if (schemas.every((schema) => schema.enum !== undefined && schema.type === 'string')) {
    return {
      type: 'string',
      enum: schemas.flatMap((schema) => schema.enum!),
      description: schemas.map(({ enum: names, description }) => `${names!.join(', ')}: ${description}`).join('. '),
    };
  }
  const types = new Set(schemas.map(({ type }) => type));
  if (types.size === 1 && types.has('object')) {
    return { type: 'object', ...KEEP };
  }
  if ([...types].every((type) => type === 'number' || type === 'integer')) return { type: 'number' };
  return types.size === 1 && first!.type ? { type: first!.type } : KEEP;
}

const described = ({ description, default: byDefault }: JsonSchema): JsonSchema => ({
  ...(description === undefined ? {} : { description }),
  ...(byDefault === undefined ? {} : { default: byDefault }),
});
