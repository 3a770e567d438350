import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { promisify } from 'node:util';
import { copy, type Entry } from '../layer/entry.ts';
import type { Component } from '../sbom/component.ts';

const run = promisify(execFile);

export interface Origin {
  readonly components: readonly Component[];
  /** The packages' copyright files, which go where their libraries go. */
  readonly entries: readonly Entry[];
}

/**
 * Which of the machine's packages files come from. Debian's dpkg is asked; a file that no package owns, and every file
 * of a machine without dpkg, is a component by its hash.
 */
export async function originOf(paths: readonly string[]): Promise<Origin> {
  if (paths.length === 0) return { components: [], entries: [] };
  const owners = await ownersOf(paths);
  const names = [...new Set([...owners.values()])].sort();
  const packages = await describe(names);
  const strangers = paths.filter((path) => !packages.has(owners.get(path) ?? ''));
  const notices = [...packages.keys()].flatMap((name) => {
    const notice = `/usr/share/doc/${name.replace(/:.*$/, '')}/copyright`;
    return existsSync(notice) ? [copy(notice.slice(1), notice)] : [];
  });
  return { components: [...packages.values(), ...strangers.map(byHash)], entries: notices };
}

/** dpkg knows a file by the path in its package, which may lead through a link: `/lib/…` is `/usr/lib/…` by now. */
function namesOf(path: string): string[] {
  const places = [path, realpathSync(path)];
  return [...new Set(places.flatMap((place) => [place, place.replace(/^\/usr\//, '/'), `/usr${place}`]))];
}

async function ownersOf(paths: readonly string[]): Promise<Map<string, string>> {
  const wanted = new Map(paths.flatMap((path) => namesOf(path).map((name) => [name, path] as const)));
  const lines = await dpkgQuery(['-S', ...wanted.keys()]);
  const owners = new Map<string, string>();
  for (const line of lines) {
    const [, owner, name] = /^([^\s,]+)(?:, [^:]+)*: (\/.+)$/.exec(line) ?? [];
    for (const [candidate, path] of wanted) if (candidate === name && owner) owners.set(path, owner);
  }
  return owners;
}

async function describe(names: readonly string[]): Promise<Map<string, Component>> {
  if (names.length === 0) return new Map();
  const distribution = distributionOf();
  const lines = await dpkgQuery([
    '-W',
    '-f',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders
    '${binary:Package}\\t${Package}\\t${Version}\\t${Architecture}\\n',
    ...names,
  ]);
  const all = lines.flatMap((line) => {
    const [binary, name, version, arch] = line.split('\t');
    if (!binary || !name || !version) return [];
    const purl = `pkg:deb/${distribution.id}/${name}@${encodeURIComponent(version)}?arch=${arch}&distro=${distribution.id}-${distribution.version}`;
    const licence = `see /usr/share/doc/${name}/copyright of the image`;
    return [[binary, { type: 'library', name, version, purl, licence }] as const];
  });
  const found = new Map<string, Component>(all);
  return new Map(names.flatMap((name) => (found.get(name) ? [[name, found.get(name)!]] : [])));
}

/** Lines of an answer; none where there is no dpkg. It ends with 1 when it does not know all of what it is asked. */
async function dpkgQuery(args: readonly string[]): Promise<string[]> {
  try {
    return (await run('dpkg-query', args, { env: { ...process.env, LC_ALL: 'C' } })).stdout.split('\n');
  } catch (error) {
    const { code, stdout } = error as { code?: unknown; stdout?: string };
    if (code === 1) return (stdout ?? '').split('\n');
    if (code === 'ENOENT') return [];
    throw error;
  }
}

function distributionOf(): { readonly id: string; readonly version: string } {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(release)?.[1];
  return { id: value('ID') ?? 'debian', version: value('VERSION_ID') ?? 'unknown' };
}

function byHash(path: string): Component {
  const content = createHash('sha256').update(readFileSync(path)).digest('hex');
  const name = path.slice(path.lastIndexOf('/') + 1);
  const purl = `pkg:generic/${encodeURIComponent(name)}@${content.slice(0, 16)}?checksum=sha256:${content}`;
  return { type: 'file', name, version: content.slice(0, 16), purl, hashes: [{ alg: 'SHA-256', content }] };
}
