import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { FaultflixError } from '#base/errors.ts';
import type { AuditRecord } from '../engine/journal.ts';
import type { Auditor } from '../engine/ports.ts';
import type { Json } from './json.ts';

const answer = z.object({
  verdict: z.enum(['ok', 'lost', 'no-data']),
  lost: z.int().min(0),
  acknowledged: z.int().min(0),
  continued: z.int().min(0),
  undecided: z.int().min(0),
  why: z.string(),
  examples: z.array(z.json()).default([]),
});

const TIMEOUT_MS = 30_000;

/** The auditor as a child process, so that it judges by the stream alone: docs/architecture.md, "The auditor". */
export class ChildAuditor implements Auditor {
  readonly #script: string;

  constructor(script = join(import.meta.dirname, '../../scenarios/audit/check.ts')) {
    this.#script = script;
  }

  async check(lines: readonly string[], faultsAtMs: readonly number[], signal: AbortSignal): Promise<AuditRecord> {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const child = spawn(process.execPath, [this.#script], { stdio: ['pipe', 'pipe', 'pipe'], signal: bounded });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err = (err + text).slice(-2_000);
    });
    // What it does not read it will say by its exit.
    child.stdin.on('error', () => undefined);
    const faults = faultsAtMs.map((atMs) => JSON.stringify({ type: 'fault', atMs }));
    child.stdin.end(`${[...faults, ...lines].join('\n')}\n`);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (cause) =>
        reject(new FaultflixError('could-not-run', 'the auditor could not run', { cause })),
      );
      child.once('close', resolve);
    });
    const parsed = answer.safeParse(parse(out));
    const expected = { ok: 0, lost: 1, 'no-data': 5 };
    if (!parsed.success || expected[parsed.data.verdict] !== code) {
      throw new FaultflixError('could-not-run', 'the auditor gave no verdict', {
        expected: 'one line of JSON and the exit code that fits it',
        received: `exit code ${code}: ${out.slice(0, 200)} ${err}`.trim(),
      });
    }
    return { ...parsed.data, examples: parsed.data.examples as Json[] };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
