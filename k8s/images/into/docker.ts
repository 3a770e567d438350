import type { Loader, LoaderOptions } from './load.ts';

/** Docker by its own client. Tried with 20.10. */
export function docker({ address, run }: LoaderOptions): Loader {
  const host = address === undefined ? [] : ['--host', address.startsWith('/') ? `unix://${address}` : address];
  const call = (args: readonly string[], code: 'unavailable' | 'could-not-run') =>
    run({
      program: 'docker',
      args: [...host, ...args],
      code,
      install: 'install Docker, or load into containerd or kind',
      advise,
    });
  return {
    async ready() {
      await call(['version', '--format', '{{.Server.Version}}'], 'unavailable');
    },
    async load(archive) {
      await call(['load', '--quiet', '--input', archive], 'could-not-run');
    },
  };
}

const advise = (said: string): string =>
  /permission denied/i.test(said)
    ? 'run it as root or as a user of the group "docker"'
    : 'see that dockerd runs (docker version), or name its socket with --address';
