import { realpathSync } from 'node:fs';
import { type ImageDefinition, PATH } from '../image.ts';
import { copy, type Layer, symlink } from '../layer/entry.ts';
import { libraryEntries, nodeLayer } from '../layer/node.ts';
import type { Architecture } from '../machine/architecture.ts';
import { librariesOf } from '../machine/libraries.ts';
import { findProgram } from '../machine/programs.ts';

/** What scripts of the contract suite may call, and what one wants in a shell beside a pod. */
const PROGRAMS = [
  ...[
    '[',
    'basename',
    'cat',
    'chgrp',
    'chmod',
    'chown',
    'cp',
    'cut',
    'date',
    'dd',
    'df',
    'dirname',
    'du',
    'echo',
    'env',
  ],
  ...['expr', 'false', 'head', 'id', 'ln', 'ls', 'mkdir', 'mkfifo', 'mktemp', 'mv', 'nice', 'nohup', 'nproc', 'od'],
  ...['printenv', 'printf', 'pwd', 'readlink', 'realpath', 'rm', 'rmdir', 'seq', 'sha256sum', 'sleep', 'sort', 'stat'],
  ...[
    'stty',
    'sync',
    'tail',
    'tee',
    'test',
    'timeout',
    'touch',
    'tr',
    'true',
    'truncate',
    'tty',
    'uname',
    'uniq',
    'wc',
  ],
  ...['whoami', 'yes', 'awk', 'grep', 'sed', 'find', 'xargs', 'kill', 'ps', 'hostname', 'setsid'],
];

function tools(architecture: Architecture, present: ReadonlySet<string>): Layer {
  const programs = new Map([...PROGRAMS, 'sh'].map((name) => [name, realpathSync(findProgram(name))]));
  const libraries = librariesOf([...programs.values()], { architecture }).filter((path) => !present.has(path.slice(1)));
  return {
    title: 'a shell and the usual small programs',
    entries: [
      ...[...programs].map(([name, path]) => copy(`bin/${name}`, path, 0o755)),
      ...libraryEntries(libraries),
      symlink('usr/bin', '../bin'),
    ],
  };
}

export default {
  summary: 'a shell with the usual small programs and Node, for the contract suite; runs as root',
  config: { Cmd: ['sh'], Env: [`PATH=${PATH}`], WorkingDir: '/' },
  async layers(context) {
    const node = await nodeLayer(context);
    return [node, tools(context.architecture, new Set(node.entries.map(({ path }) => path)))];
  },
} satisfies ImageDefinition;
