import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Clock, systemClock } from '#base/clock.ts';
import { FaultflixError, messageOf } from '#base/errors.ts';
import type { ProcessId } from '../processes/identity.ts';
import { compileProgress, isCompiled } from './build-progress.ts';
import type { BuildGroup, Tool, ToolName } from './catalogue.ts';
import { run } from './command.ts';
import { coldBuildMs, namesOf } from './estimate.ts';
import type { OnProgress } from './progress.ts';
import { requiredModules, wrapperModule } from './wrapper.ts';

export interface BuildOptions {
  readonly group: BuildGroup;
  /** Tools of the group. */
  readonly tools: readonly Tool[];
  /** An empty folder, on the file system of the cache; the caller removes it. */
  readonly workDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: OnProgress;
  /** The go command as soon as it runs, so that someone can end it if this process is killed. */
  readonly onStart?: (id: ProcessId) => void;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

/** No cgo: the programs run on every libc. No debugging tables: 12 % off the compiling, a quarter off the files. */
const COMPILE = ['-trimpath', '-buildvcs=false', '-gcflags=all=-dwarf=false'];

/** Builds the tools by one `go build`, with modules from the user's module proxy. Returns each program's path. */
export async function goBuild(options: BuildOptions): Promise<ReadonlyMap<ToolName, string>> {
  const { group, tools, workDir, onProgress, signal, clock = systemClock } = options;
  await checkGo(options.env);
  const what = namesOf(tools);
  const coldMs = coldBuildMs(group);
  const go = goCommand(options);
  const sourceMod = await downloadModule(go, group);
  await writeFile(join(workDir, 'go.mod'), wrapperModule(group, tools, sourceMod));
  const packages = tools.map((tool) => tool.package);
  const variables = Object.entries(group.variables).map(([name, value]) => ` -X ${name}=${value}`);
  const flags = ['-mod=mod', ...COMPILE, '-ldflags', `-s -w${variables.join('')}`];

  // Listing fetches what is missing, and tells what is compiled already.
  const total = requiredModules(sourceMod);
  let fetched = 0;
  const compiled = new Map<string, boolean>();
  await go(['list', ...flags, '-deps', '-f', '{{.ImportPath}}\t{{.Stale}}\t{{.StaleReason}}', ...packages], {
    onStdout(line) {
      const [path = '', stale = '', reason = ''] = line.split('\t');
      compiled.set(path, isCompiled(stale, reason));
    },
    onStderr(line) {
      if (!line.startsWith('go: downloading ')) return;
      fetched++;
      onProgress({ what, way: 'build', done: Math.min(fetched, total), total, unit: 'modules', etaMs: coldMs });
    },
  });

  const outDir = join(workDir, 'out');
  await mkdir(outDir);
  const progress = compileProgress({
    compiled,
    programs: packages,
    coldMs,
    estimatedPackages: group.estimate.packages,
    clock,
  });
  const report = () => onProgress({ what, way: 'build', ...progress.now(), unit: 'packages' });
  report();
  const linking = new AbortController();
  const links = watchLinks({
    outDir,
    clock,
    signal: linking.signal,
    onLinked: (count) => progress.linked(count),
    report,
  });
  try {
    await go(['build', ...flags, '-v', '-o', `${outDir}/`, ...packages], {
      onStderr(line) {
        if (progress.compiling(line)) report();
      },
    });
  } finally {
    linking.abort();
    await links;
  }
  signal.throwIfAborted();
  return new Map(tools.map((tool) => [tool.name, join(outDir, programOf(tool))]));
}

/** `go build -o folder/` names a program after its package's folder, or the one above a major version's. */
function programOf(tool: Tool): string {
  const parts = tool.package.split('/');
  const last = parts.at(-1)!;
  return /^v\d+$/.test(last) ? parts.at(-2)! : last;
}

type Go = (
  args: readonly string[],
  lines?: { onStdout?: (line: string) => void; onStderr?: (line: string) => void },
) => Promise<void>;

function goCommand({ workDir, env, signal, onStart }: BuildOptions): Go {
  const goEnv = {
    GOTOOLCHAIN: 'auto', // an older Go fetches the one that go.mod asks for; the user's own setting comes first
    ...env,
    CGO_ENABLED: '0',
    GOFLAGS: '',
    GOWORK: 'off',
    GO111MODULE: 'on',
    GOTMPDIR: workDir, // what a killed go leaves goes with the folder
  };
  for (const name of ['GOOS', 'GOARCH']) delete (goEnv as NodeJS.ProcessEnv)[name];
  return (args, lines = {}) =>
    run({ command: 'go', args, cwd: workDir, env: goEnv, signal, ...lines, ...(onStart ? { onStart } : {}) });
}

async function checkGo(env: NodeJS.ProcessEnv): Promise<void> {
  let version: string;
  try {
    version = (await promisify(execFile)('go', ['version'], { env: { ...env, GOTOOLCHAIN: 'local' }, timeout: 20_000 }))
      .stdout;
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new FaultflixError(
      'could-not-run',
      missing ? 'Go is not on PATH' : `go version failed: ${messageOf(cause)}`,
      { cause },
    );
  }
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(version) ?? [];
  // 1.21 is the first that can fetch a newer one by itself.
  if (Number(major) === 1 && Number(minor) < 21) {
    throw new FaultflixError('could-not-run', 'Go is too old', {
      expected: 'Go 1.21 or newer',
      received: version.trim(),
    });
  }
}

/** Fetches the module and returns its go.mod. */
async function downloadModule(go: Go, { module, moduleVersion }: BuildGroup): Promise<string> {
  let json = '';
  await go(['mod', 'download', '-json', `${module}@${moduleVersion}`], {
    onStdout(line) {
      json += line;
    },
  });
  return readFile((JSON.parse(json) as { GoMod: string }).GoMod, 'utf8');
}

interface LinkWatch {
  readonly outDir: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onLinked: (count: number) => void;
  readonly report: () => void;
}

/** Linking is silent, so the folder is looked at; it also keeps the time left moving while one package compiles. */
async function watchLinks({ outDir, clock, signal, onLinked, report }: LinkWatch): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(1_000, signal).catch(() => {});
    if (signal.aborted) return;
    onLinked((await readdir(outDir)).length);
    report();
  }
}
