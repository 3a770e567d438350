import { readFile, stat } from 'node:fs/promises';
import { isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import type { z } from 'zod';
import { FaultflixError } from '#base/errors.ts';
import { type Experiment, fileSchema, objectSchema } from './experiment.ts';
import { explain } from './explain.ts';

/** A scenario is a page of text: what is larger is another file by mistake. */
export const MAX_BYTES = 1_000_000;

type Locate = (path: readonly PropertyKey[]) => number | undefined;

/** Reads an Experiment from a file. Throws `bad-input` for whatever is wrong with it, `not-found` when there is none. */
export async function readExperiment(file: string): Promise<Experiment> {
  const { size } = await stat(file).catch((cause: unknown) => {
    throw new FaultflixError('bad-input', `cannot read ${file}`, {
      where: file,
      expected: 'a YAML file with one Experiment',
      received: 'no such file',
      todo: 'look at the files of scenarios/',
      cause,
    });
  });
  if (size > MAX_BYTES) throw tooLarge(file, size);
  return parseExperiment(await readFile(file, 'utf8'), file);
}

/** The Experiment in a YAML text, defaults filled in. `file` names it in errors. */
export function parseExperiment(text: string, file: string): Experiment {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) throw tooLarge(file, bytes);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true });
  const list = Array.isArray(documents) ? documents : [];
  for (const document of list) {
    const [error] = document.errors;
    if (!error) continue;
    throw new FaultflixError('bad-input', `not YAML: ${error.message.split('\n')[0]}`, {
      where: `${file}:${lines.linePos(error.pos[0]).line}`,
      expected: 'YAML 1.2',
      received: JSON.stringify(text.slice(error.pos[0], error.pos[0] + 40)),
      cause: error,
    });
  }
  const [document] = list;
  if (list.length !== 1 || !document) {
    throw new FaultflixError('bad-input', `${list.length} YAML documents`, {
      where: file,
      expected: 'exactly one document with one Experiment',
      received: `${list.length} documents`,
      todo: list.length > 1 ? 'put each Experiment in its own file' : 'write an Experiment, as those in scenarios/',
    });
  }
  const root = document.contents;
  if (!isMap(root)) {
    throw new FaultflixError('bad-input', 'not an Experiment', {
      where: file,
      expected: 'an object with apiVersion, kind, metadata and spec',
      received: isScalar(root) ? `the text ${JSON.stringify(String(root.value).slice(0, 40))}` : 'a list',
    });
  }
  const locate: Locate = (path) => {
    // The nearest ancestor that is in the text: a missing field has no line of its own.
    for (let length = path.length; length > 0; length--) {
      const range = rangeOf(document.getIn(path.slice(0, length - 1), true), path[length - 1]!);
      if (range) return lines.linePos(range[0]!).line;
    }
    return undefined;
  };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new FaultflixError('bad-input', 'too many YAML aliases', {
      where: file,
      expected: 'at most 100 uses of anchors',
      received: 'more',
      cause,
    });
  }
  return check(fileSchema, value, (path) => {
    const line = locate(path);
    const dotted = pathText(path);
    return [file, ...(line === undefined ? [] : [line]), ...(dotted === '' ? [] : [dotted])].join(':');
  });
}

/** As `parseExperiment`, for an object that the API server gave: `where` begins with its name. */
export function checkExperiment(object: unknown): Experiment {
  const name = (object as { metadata?: { name?: unknown } } | null)?.metadata?.name;
  return check(objectSchema, object, (path) => [`experiment/${String(name)}`, pathText(path)].join(':'));
}

function check(schema: z.ZodType, value: unknown, where: (path: readonly PropertyKey[]) => string): Experiment {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data as Experiment;
  const problems = parsed.error.issues.flatMap((issue) => explain(issue, value));
  const [first, ...more] = problems;
  const { path, message, expected, received, todo } = first!;
  const also = more.map((problem) => `${where(problem.path)}: ${problem.message}`).join('; ');
  throw new FaultflixError('bad-input', also === '' ? message : `${message} (also: ${also})`, {
    where: where(path),
    expected,
    received,
    ...(todo === undefined ? {} : { todo }),
    cause: parsed.error,
  });
}

/** Where a map's key or a list's item stands in the text. */
function rangeOf(parent: unknown, key: PropertyKey): readonly number[] | undefined {
  const node = isMap(parent)
    ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.key
    : isSeq(parent)
      ? parent.items[Number(key)]
      : undefined;
  return isNode(node) ? (node.range ?? undefined) : undefined;
}

/** `spec.method[1].with.latency` */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  );
}

function tooLarge(file: string, bytes: number): FaultflixError {
  return new FaultflixError('bad-input', 'the file is too large', {
    where: file,
    expected: `at most ${MAX_BYTES} bytes`,
    received: `${bytes} bytes`,
  });
}
