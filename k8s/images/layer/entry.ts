import { FaultflixError } from '#base/errors.ts';
import type { Component } from '../sbom/component.ts';

/**
 * One thing in a layer. Paths have no slash at either end. All of it belongs to root; modes are the image's own and
 * never the builder's, so that the same input gives the same bytes whatever the umask was.
 */
export type Entry = FileEntry | DirectoryEntry | SymlinkEntry;

export interface FileEntry {
  readonly type: 'file';
  readonly path: string;
  readonly mode: FileMode;
  /** Bytes, or the file of this machine that holds them. */
  readonly content: Buffer | { readonly file: string };
}

export interface DirectoryEntry {
  readonly type: 'directory';
  readonly path: string;
  readonly mode: 0o755 | 0o1777;
}

export interface SymlinkEntry {
  readonly type: 'symlink';
  readonly path: string;
  readonly target: string;
}

/** Readable by all, written by nobody but root; no setuid and no setgid can be said. */
export type FileMode = 0o644 | 0o755;

/** A layer's name is its file's in a Docker context; its title is for people: progress, the image's history. */
export interface Layer {
  readonly name: string;
  readonly title: string;
  readonly entries: readonly Entry[];
  /** What of others is in it. */
  readonly components: readonly Component[];
}

export const file = (path: string, content: string | Buffer, mode: FileMode = 0o644): FileEntry => ({
  type: 'file',
  path,
  mode,
  content: typeof content === 'string' ? Buffer.from(content) : content,
});

export const copy = (path: string, from: string, mode: FileMode = 0o644): FileEntry => ({
  type: 'file',
  path,
  mode,
  content: { file: from },
});

export const directory = (path: string, mode: DirectoryEntry['mode'] = 0o755): DirectoryEntry => ({
  type: 'directory',
  path,
  mode,
});

export const symlink = (path: string, target: string): SymlinkEntry => ({ type: 'symlink', path, target });

/**
 * The entries in the order of the archive: by path, bytewise, each folder before what it holds, missing folders added.
 * Throws `internal` when two entries want one path: the result would depend on which came last.
 */
export function arrange(entries: readonly Entry[]): Entry[] {
  const byPath = new Map<string, Entry>();
  for (const entry of entries) {
    if (byPath.has(entry.path)) {
      throw new FaultflixError('internal', `two entries of a layer are ${entry.path}`, { where: 'k8s/images' });
    }
    byPath.set(entry.path, entry);
  }
  for (const { path } of entries) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const parent = path.slice(0, end);
      if (!byPath.has(parent)) byPath.set(parent, directory(parent));
    }
  }
  return [...byPath.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}
