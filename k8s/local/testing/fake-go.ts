import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface FakeGo {
  /** An environment in which this is the only `go`. */
  readonly env: NodeJS.ProcessEnv;
  /** What it was called with, a line a call. */
  calls(): Promise<string[]>;
  /** Lets a build that waits go on. */
  release(): Promise<void>;
  /** Pid of the build that waits. */
  waitingPid(): Promise<number | undefined>;
}

export interface FakeGoOptions {
  /** Name of each program and what is in it. */
  readonly programs: Readonly<Record<string, string>>;
  /** The build waits until it is released, and ignores SIGINT and SIGTERM as a busy one may. */
  readonly waits?: boolean;
  readonly fails?: string;
  readonly version?: string;
}

/**
 * A `go` that behaves like it as far as its callers can see, in shell: it writes a program for each, says which
 * packages it compiles, and can be made to wait or fail. The building itself is tried with the real one in the
 * integration test.
 */
export async function fakeGo(folder: string, options: FakeGoOptions): Promise<FakeGo> {
  const at = (name: string) => join(folder, name);
  const bin = at('bin');
  await mkdir(bin, { recursive: true });
  await mkdir(at('programs'), { recursive: true });
  for (const [name, text] of Object.entries(options.programs)) await writeFile(join(at('programs'), name), text);
  await writeFile(at('go.mod'), 'module example.org/tool\n\ngo 1.26.0\n\nrequire example.org/dep v1.0.0\n');
  const version = options.version ?? 'go version go1.26.8 linux/amd64';
  const wait = `trap '' INT TERM; echo $$ > ${at('pid')}; while [ ! -e ${at('go-on')} ]; do sleep 0.05; done`;
  const script = `#!/bin/sh
echo "$*" >> ${at('calls')}
case "$1" in
version) echo "${version}" ;;
mod) echo '{"GoMod": "${at('go.mod')}"}' ;;
list)
  echo 'go: downloading example.org/dep v1.0.0' >&2
  printf 'fmt\\tfalse\\t\\nexample.org/dep\\ttrue\\tbuild ID mismatch\\n'
  ;;
build)
  echo example.org/dep >&2
  ${options.fails ? `echo '${options.fails}' >&2; exit 1` : ''}
  ${options.waits ? wait : ''}
  while [ "$1" != -o ]; do shift; done
  for package in "$@"; do
    name=$(basename "$package")
    case $name in v[0-9]*) name=$(basename $(dirname "$package")) ;; esac
    [ -e ${at('programs')}/$name ] && cp ${at('programs')}/$name "$2" && chmod 755 "$2/$name"
  done
  true
  ;;
esac
`;
  await writeFile(join(bin, 'go'), script);
  await chmod(join(bin, 'go'), 0o755);
  const read = (name: string) => readFile(at(name), 'utf8').catch(() => '');
  return {
    env: { ...process.env, PATH: `${bin}:/usr/bin:/bin` },
    calls: async () => (await read('calls')).split('\n').filter(Boolean),
    release: () => writeFile(at('go-on'), ''),
    waitingPid: async () => Number(await read('pid')) || undefined,
  };
}

/** An environment without any Go. */
export async function noGo(folder: string): Promise<NodeJS.ProcessEnv> {
  await mkdir(join(folder, 'empty'), { recursive: true });
  return { ...process.env, PATH: join(folder, 'empty') };
}
