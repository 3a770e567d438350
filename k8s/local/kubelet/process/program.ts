import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Why a program cannot be started, in the words of a container runtime; undefined when it can. */
export function whyNot({
  argv,
  env,
  cwd,
}: {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
}): string | undefined {
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory())
    return `chdir to cwd "${cwd}": no such file or directory`;
  const program = argv[0]!;
  const candidates = program.includes('/')
    ? [isAbsolute(program) ? program : join(cwd, program)]
    : (env.PATH ?? '').split(delimiter).map((folder) => join(folder, program));
  if (candidates.some(executable)) return undefined;
  if (program.includes('/') && existsSync(candidates[0]!)) return `exec: "${program}": permission denied`;
  return program.includes('/')
    ? `exec: "${program}": stat ${program}: no such file or directory`
    : `exec: "${program}": executable file not found in $PATH`;
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
