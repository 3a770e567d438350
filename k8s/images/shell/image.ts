import { realpathSync } from 'node:fs';
import { type ImageDefinition, PATH } from '../image.ts';
import { copy, type Layer, symlink } from '../layer/entry.ts';
import { libraryEntries } from '../layer/node.ts';
import type { Architecture } from '../machine/architecture.ts';
import { librariesOf } from '../machine/libraries.ts';
import { originOf } from '../machine/packages.ts';
import { findProgram } from '../machine/programs.ts';

/** What scripts of the contract suite may call, and what one wants in a shell beside a pod. */
const PROGRAMS = `
  sh [ awk basename cat chgrp chmod chown cp cut date dd df dirname du echo env expr false find grep head hostname id
  kill ln ls mkdir mkfifo mktemp mv nice nohup nproc od printenv printf ps pwd readlink realpath rm rmdir sed seq setsid
  sha256sum sleep sort stat stty sync tail tar tee test timeout touch tr true truncate tty uname uniq wc whoami xargs yes`
  .trim()
  .split(/\s+/);

async function toolsLayer(architecture: Architecture, below: Layer): Promise<Layer> {
  const programs = new Map(PROGRAMS.map((name) => [name, realpathSync(findProgram(name))]));
  const present = new Set(below.entries.map(({ path }) => path));
  const libraries = librariesOf([...programs.values()], { architecture });
  const missing = libraries.filter((path) => !present.has(path.slice(1)));
  const origin = await originOf([...new Set([...programs.values(), ...missing])]);
  return {
    name: 'tools',
    title: 'a shell and the usual small programs',
    entries: [
      ...[...programs].map(([name, path]) => copy(`bin/${name}`, path, 0o755)),
      ...libraryEntries(missing),
      ...origin.entries.filter(({ path }) => !present.has(path)),
      symlink('usr/bin', '../bin'),
    ],
    components: origin.components,
  };
}

export default {
  summary: 'a shell with the usual small programs and Node, for the contract suite; runs as root',
  config: { Cmd: ['sh'], Env: [`PATH=${PATH}`], WorkingDir: '/' },
  async layers({ architecture, node }) {
    const below = await node();
    return [below, await toolsLayer(architecture, below)];
  },
} satisfies ImageDefinition;
