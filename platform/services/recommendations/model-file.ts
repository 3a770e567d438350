/**
 * The model that the service ships, made by `npm run train` and committed: zstd over a line of JSON (the header) and, after
 * it, sections of bytes in the order of the header. Vectors are int8 with a float32 scale a row, which keeps them within
 * 1/254 of a row's largest number.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import { FaultflixError } from '#base/errors.ts';

const sectionNames = ['content', 'als', 'embed', 'layer', 'out'] as const;
export type SectionName = (typeof sectionNames)[number];

const header = z.strictObject({
  format: z.literal('faultflix-taste-1'),
  /** Of the catalogue's file. */
  catalogue: z.string().regex(/^[0-9a-f]{64}$/),
  /** SHA-256 of everything else that it was made from: the seed and all settings. */
  recipe: z.string().regex(/^[0-9a-f]{64}$/),
  seed: z.string(),
  /** In order of popularity. */
  ids: z.array(z.string()).min(1),
  genres: z.array(z.strictObject({ name: z.string(), titles: z.array(z.int()) })),
  weights: z.strictObject({ person: z.array(z.number()), kin: z.array(z.number()) }),
  sections: z.array(z.strictObject({ name: z.enum(sectionNames), rows: z.int().positive(), dims: z.int().positive() })),
});

export type ModelHeader = z.infer<typeof header>;

export interface ModelFile {
  readonly header: Omit<ModelHeader, 'format' | 'sections'>;
  /** Rows of `dims` numbers. */
  readonly sections: Readonly<Record<SectionName, { readonly dims: number; readonly numbers: Float32Array }>>;
}

export function encodeModel({ header: about, sections }: ModelFile): Buffer {
  const named = sectionNames.map((name) => ({ name, ...sections[name] }));
  const whole: ModelHeader = {
    format: 'faultflix-taste-1',
    ...about,
    sections: named.map(({ name, dims, numbers }) => ({ name, dims, rows: numbers.length / dims })),
  };
  const plain = Buffer.concat([
    Buffer.from(`${JSON.stringify(whole)}\n`),
    ...named.map(({ dims, numbers }) => quantised(numbers, dims)),
  ]);
  return zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
}

/** All or nothing: another process never reads half a file. */
export async function writeModel(path: string, model: ModelFile): Promise<number> {
  const bytes = encodeModel(model);
  try {
    await writeFile(`${path}.part-${process.pid}`, bytes);
    await rename(`${path}.part-${process.pid}`, path);
  } catch (cause) {
    throw new FaultflixError('could-not-run', 'the model cannot be written', { where: path, cause });
  }
  return bytes.length;
}

/** Throws `could-not-run` when it cannot be read, `bad-input` when it is no whole model. */
export async function readModel(path: string): Promise<ModelFile> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new FaultflixError('could-not-run', 'the model cannot be read', {
      where: path,
      todo: 'npm run train',
      cause,
    });
  }
  try {
    return decodeModel(bytes);
  } catch (cause) {
    throw new FaultflixError('bad-input', 'not a whole model', { where: path, todo: 'npm run train', cause });
  }
}

export function decodeModel(bytes: Buffer): ModelFile {
  const plain = zstdDecompressSync(bytes);
  const end = plain.indexOf('\n');
  const { format: _format, sections: listed, ...about } = header.parse(JSON.parse(plain.toString('utf8', 0, end)));
  let at = end + 1;
  const sections = Object.fromEntries(
    listed.map(({ name, rows, dims }) => {
      const bytesOf = rows * (4 + dims);
      if (at + bytesOf > plain.length) throw new Error(`${name} ends too early`);
      at += bytesOf;
      return [name, { dims, numbers: expanded(plain.subarray(at - bytesOf, at), rows, dims) }];
    }),
  ) as Record<SectionName, { dims: number; numbers: Float32Array }>;
  if (at !== plain.length || sectionNames.some((name) => !(name in sections))) throw new Error('other sections');
  return { header: about, sections };
}

/** The scales of all rows, then their numbers. */
function quantised(numbers: Float32Array, dims: number): Buffer {
  const rows = numbers.length / dims;
  const bytes = Buffer.alloc(rows * (4 + dims));
  for (let row = 0; row < rows; row++) {
    let most = 0;
    for (let d = 0; d < dims; d++) most = Math.max(most, Math.abs(numbers[row * dims + d]!));
    const scale = Math.fround(most / 127);
    bytes.writeFloatLE(scale, row * 4);
    for (let d = 0; d < dims; d++)
      bytes.writeInt8(scale > 0 ? Math.round(numbers[row * dims + d]! / scale) : 0, rows * 4 + row * dims + d);
  }
  return bytes;
}

function expanded(bytes: Buffer, rows: number, dims: number): Float32Array {
  const numbers = new Float32Array(rows * dims);
  for (let row = 0; row < rows; row++) {
    const scale = bytes.readFloatLE(row * 4);
    for (let d = 0; d < dims; d++) numbers[row * dims + d] = scale * bytes.readInt8(rows * 4 + row * dims + d);
  }
  return numbers;
}
