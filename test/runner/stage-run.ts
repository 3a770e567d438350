/** Runs one stage's files by Node's test runner, a bounded number at a time, each in its own process. */
import { relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { messageOf } from '#base/errors.ts';
import { type Case, Nesting, type Outcome } from './cases.ts';
import type { Stage } from './stages.ts';

/** One test file; a suite that hangs must not take the whole of CI's time with it. */
const FILE_TIMEOUT_MS = 8 * 60_000;

export interface StageRun {
  readonly stage: Stage;
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onCase: (result: Case) => void;
  readonly signal: AbortSignal;
  readonly write: (text: string | Uint8Array) => void;
}

export async function runStage({ stage, root, env, onCase, signal, write }: StageRun): Promise<void> {
  const stream = run({
    files: stage.files.map((file) => `${root}/${file}`),
    cwd: root,
    concurrency: stage.atOnce,
    isolation: 'process',
    timeout: FILE_TIMEOUT_MS,
    env: { ...env } as NodeJS.ProcessEnv,
    signal,
  });
  const nesting = new Nesting();
  const fileOf = (event: TestEvent) => relative(root, event.entryFile ?? event.file ?? event.name);
  const add = (event: TestEvent, outcome: Outcome) => {
    const file = fileOf(event);
    onCase({
      stage: stage.name,
      file,
      path: nesting.path({ file, nesting: event.nesting, name: event.name }),
      outcome,
      ...(typeof event.skip === 'string' && event.skip !== '' ? { reason: event.skip } : {}),
      ...(outcome === 'fail' ? { error: whyOf(event) } : {}),
      durationMs: event.details?.duration_ms ?? 0,
    });
  };
  stream.on('test:start', (event: TestEvent) => nesting.start({ ...event, file: fileOf(event) }));
  stream.on('test:pass', (event: TestEvent) => {
    // A file without tests passes as a test of the file's own name: that is nothing.
    if (event.name === event.file) return;
    // A suite that is skipped is never looked into, so its tests are not told of: it counts as one of them.
    if (event.skip !== undefined) add(event, 'skip');
    else if (event.details?.type !== 'suite') add(event, 'pass');
  });
  stream.on('test:fail', (event: TestEvent) => {
    // A suite fails with its tests, which are counted themselves; a hook that threw is the suite's own failure.
    const withItsTests = event.details?.type === 'suite' && event.details.error?.failureType === 'subtestsFailed';
    if (!withItsTests) add(event, 'fail');
  });
  for await (const text of stream.compose(new spec())) write(text as string | Uint8Array);
}

/** Node wraps what a test threw in an error of its own. */
const whyOf = ({ details }: TestEvent): string => messageOf(details?.error?.cause ?? details?.error);

/** Of Node's `test:start`, `test:pass` and `test:fail`; the declarations lack `entryFile`, the file that was run. */
interface TestEvent {
  readonly name: string;
  readonly nesting: number;
  readonly file?: string | undefined;
  readonly entryFile?: string;
  readonly skip?: string | boolean | undefined;
  readonly details?: {
    readonly type?: string | undefined;
    readonly duration_ms?: number;
    readonly error?: { readonly failureType?: string; readonly cause?: unknown };
  };
}
