import { readFileSync } from 'node:fs';
import type { Component } from './component.ts';

const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');
/** The strings stand in the program itself, as from Go 1.18 on; Go's debug/buildinfo describes the form. */
const INLINE_STRINGS = 2;
const HEADER_BYTES = 32;
/** The module list is between two marks of this many bytes. */
const MARK_BYTES = 16;

export interface GoBuild {
  /** `go1.26.1` */
  readonly go: string;
  readonly modules: readonly { readonly path: string; readonly version: string }[];
}

/** Which modules a Go program was built of, the program itself excluded; undefined when it does not say. */
export function readGoBuild(program: string): GoBuild | undefined {
  const bytes = readFileSync(program);
  let at = bytes.indexOf(MAGIC);
  while (at >= 0 && at % 16 !== 0) at = bytes.indexOf(MAGIC, at + 1);
  if (at < 0 || !((bytes[at + 15] ?? 0) & INLINE_STRINGS)) return undefined;
  const [go, next] = readString(bytes, at + HEADER_BYTES);
  const [marked] = readString(bytes, next);
  const lines = marked.slice(MARK_BYTES, -MARK_BYTES).split('\n');
  const modules = lines.flatMap((line, index) => {
    const [kind, path, version] = line.split('\t');
    if (kind !== 'dep' || !path || !version) return [];
    const [replaced, newPath, newVersion] = lines[index + 1]?.split('\t') ?? [];
    return replaced === '=>' && newPath && newVersion ? [{ path: newPath, version: newVersion }] : [{ path, version }];
  });
  return { go, modules };
}

/** A length as a varint (7 bits a byte, the lowest first), then so many bytes. */
function readString(bytes: Buffer, at: number): [text: string, next: number] {
  let length = 0;
  let shift = 0;
  let position = at;
  for (;;) {
    const byte = bytes[position++] ?? 0;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80 || shift > 28) break;
    shift += 7;
  }
  return [bytes.toString('latin1', position, position + length), position + length];
}

/** purl of a Go module; the namespace and the name are lower case (purl-spec, "golang"). */
export const goPurl = (path: string, version: string): string => `pkg:golang/${path.toLowerCase()}@${version}`;

/** The modules and the standard library that a Go program holds. */
export function goComponents(program: string): Component[] {
  const build = readGoBuild(program);
  if (!build) return [];
  const version = build.go.replace(/^go/, '').split(' ')[0] ?? build.go;
  return [
    ...build.modules.map(
      ({ path, version }): Component => ({ type: 'library', name: path, version, purl: goPurl(path, version) }),
    ),
    { type: 'library', name: 'stdlib', version, purl: goPurl('stdlib', version), licence: 'BSD-3-Clause' },
  ];
}
