import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../build.ts';

const CODE = ['platform', 'chaos', 'scenarios', 'package.json', 'package-lock.json', 'LICENSE', 'NOTICE'];

/** A copy of what images are made of, with the packages of this repository. */
export async function copyRepository(to: string): Promise<string> {
  await mkdir(to, { recursive: true });
  for (const name of CODE) await cp(join(repository, name), join(to, name), { recursive: true });
  await symlink(join(repository, 'node_modules'), join(to, 'node_modules'));
  return to;
}

/** Runs a program and throws with what it said when it fails. */
export async function succeed(
  command: string,
  args: readonly string[],
  options: { cwd?: string } = {},
): Promise<string> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', all: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
    said.all += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.all += text;
  });
  const [code, signal] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${code ?? signal}\n${said.all}`);
  return said.out;
}
