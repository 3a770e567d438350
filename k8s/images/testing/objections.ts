import type { TarEntry } from './read.ts';

const SHELLS = /(?:^|\/)(?:sh|bash|dash|ash|zsh|busybox|csh|ksh|perl|python[\d.]*|awk)$/;
const PACKAGE_MANAGERS = /(?:^|\/)(?:npm|npx|corepack|yarn|pnpm|apt|apt-get|dpkg|rpm|apk|pip[\d.]*)$/;
/** Programs, by where they are run from. A package's folder may have any name. */
const isProgramPlace = (path: string) => /^(?:usr\/|usr\/local\/)?s?bin\//.test(path) || !path.startsWith('app/');

/** What an image must not have, in words; nothing when it is as it should be. */
export function objections(
  entries: readonly Pick<TarEntry, 'path' | 'mode' | 'uid' | 'gid' | 'mtimeMs' | 'type'>[],
): string[] {
  return entries.flatMap(({ path, mode, uid, gid, mtimeMs, type }) => [
    ...(SHELLS.test(path) && isProgramPlace(path) && type !== 'directory' ? [`${path}: a shell`] : []),
    ...(PACKAGE_MANAGERS.test(path) && isProgramPlace(path) && type !== 'directory'
      ? [`${path}: a package manager`]
      : []),
    ...((mode & 0o6000) !== 0 ? [`${path}: setuid or setgid`] : []),
    ...(uid !== 0 || gid !== 0 ? [`${path}: of ${uid}:${gid}`] : []),
    ...((mode & 0o022) !== 0 && type !== 'symlink' && !(path === 'tmp' && mode === 0o1777)
      ? [`${path}: may be written by others`]
      : []),
    ...(mtimeMs !== 0 ? [`${path}: has a time`] : []),
    ...(['file', 'directory', 'symlink'].includes(type) ? [] : [`${path}: a ${type}`]),
    ...(/(?:^|\/)(?:testing|\.git|\.env)(?:\/|$)|\.test\.ts$/.test(path) &&
    path.startsWith('app/') &&
    !path.includes('node_modules/')
      ? [`${path}: of tests or of the machine`]
      : []),
    ...(/\.node$/.test(path) ? [`${path}: a compiled addon, which could need other libraries`] : []),
  ]);
}
