import { z } from 'zod';
import { fileSchema } from './experiment.ts';
import { nearest } from './nearest.ts';

/** One thing that is wrong, in words: where, what was expected, what came, what to do. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly expected: string;
  readonly received: string;
  readonly todo?: string;
}

type Issue = z.core.$ZodIssue;

/** A zod issue about `root` in the words of our errors; an issue about several unknown fields gives one problem each. */
export function explain(issue: Issue, root: unknown): Problem[] {
  const { path, message } = issue;
  const input = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root);
  const received = show(input);
  const field = String(path.at(-1) ?? 'the document');
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField([...path, key], key, knownFields(path, root)));
    case 'invalid_union':
      if (issue.discriminator !== undefined) {
        return [unknownName(path, field, input, (issue as { options?: readonly unknown[] }).options)];
      }
      return [{ path, message: `${field} is not right`, expected: message, received }];
    case 'invalid_type':
      if (input === undefined) {
        return [
          {
            path,
            message: `${field} is missing`,
            expected: said(message) ?? article(issue.expected),
            received: 'nothing',
          },
        ];
      }
      return [{ path, message: `${field} is not right`, expected: said(message) ?? article(issue.expected), received }];
    case 'invalid_value':
      if (issue.values.length > 1) return [unknownName(path, field, input, issue.values)];
      return [{ path, message: `${field} is not right`, expected: String(issue.values[0]), received }];
    case 'too_small':
    case 'too_big': {
      const bound =
        issue.code === 'too_small'
          ? `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`
          : `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`;
      const unit = issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' items' : '';
      return [{ path, message: `${field} is out of bounds`, expected: `${bound}${unit}`, received }];
    }
    case 'invalid_format':
      return [{ path, message: `${field} is not right`, expected: message, received }];
    default:
      return [{ path, message: `${field} is not right`, expected: message, received }];
  }
}

function unknownName(
  path: readonly PropertyKey[],
  field: string,
  input: unknown,
  options: readonly unknown[] = [],
): Problem {
  const names = options.map(String);
  const near = typeof input === 'string' ? nearest(input, names) : undefined;
  return {
    path,
    message: input === undefined ? `${field} is missing` : `no ${field} is called ${show(input)}`,
    expected: `one of ${names.join(', ')}`,
    received: show(input),
    ...(near === undefined ? {} : { todo: `did you mean ${near}?` }),
  };
}

function unknownField(path: readonly PropertyKey[], key: string, known: readonly string[]): Problem {
  const near = nearest(key, known);
  return {
    path,
    message: `no field is called ${key} here`,
    expected: known.length > 0 ? `one of ${known.join(', ')}` : 'no further field',
    received: key,
    ...(near === undefined ? {} : { todo: `did you mean ${near}?` }),
  };
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly const?: unknown;
}

/** The fields that the schema knows at a path, following unions by what the value says about itself. */
function knownFields(path: readonly PropertyKey[], root: unknown): string[] {
  let schema = z.toJSONSchema(fileSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema | undefined;
  let value = root;
  for (const key of path) {
    schema = typeof key === 'number' ? schema?.items : schema?.properties?.[String(key)];
    value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
    const fields = value as Record<string, unknown> | undefined;
    schema =
      schema?.oneOf?.find((option) =>
        Object.entries(option.properties ?? {}).some(
          ([name, at]) => at.const !== undefined && at.const === fields?.[name],
        ),
      ) ?? schema;
  }
  return Object.keys(schema?.properties ?? {});
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** A message of our own schema; zod's own begin alike and say less than the type. */
const said = (message: string): string | undefined => (message.startsWith('Invalid input') ? undefined : message);

const article = (type: string): string =>
  /^[aeio]/.test(type) ? `an ${type === 'int' ? 'integer' : type}` : `a ${type === 'record' ? 'mapping' : type}`;
