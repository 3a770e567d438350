import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { FaultflixError } from '#base/errors.ts';
import type { Claims } from '../engine/journal.ts';
import type { ClaimsAuditor } from '../engine/ports.ts';
import type { Json } from './json.ts';

const answer = z.object({
  check: z.string(),
  verdict: z.enum(['ok', 'lost', 'no-data']),
  lost: z.int().min(0),
  acknowledged: z.int().min(0),
  why: z.string(),
  examples: z.array(z.json()).default([]),
});

export interface WitnessAddresses {
  /** `https://address:port`. */
  readonly cardNetwork: string;
  readonly mailbox: string;
  /** `http://address:port` of operations that have the ledger's sum. */
  readonly ledgers: readonly string[];
}

export interface ClaimsAuditorOptions {
  readonly caFile: string;
  readonly witnesses: () => Promise<WitnessAddresses>;
  readonly patienceMs?: number;
  readonly script?: string;
}

/** The viewers go on for a minute after the longest recovery: the audit, which needs them, is over before. */
const PATIENCE_MS = 45_000;
/** For its start and its last look, beyond its patience. */
const MARGIN_MS = 20_000;

/** The auditor of money and mail as a child process: it asks the witnesses itself and takes nobody's word but theirs. */
export class ChildClaimsAuditor implements ClaimsAuditor {
  readonly #patienceMs: number;
  readonly #options: ClaimsAuditorOptions;

  constructor(options: ClaimsAuditorOptions) {
    this.#options = options;
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
  }

  async settle({ checks, lines, untilMs, faultAtMs, signal }: Parameters<ClaimsAuditor['settle']>[0]): Promise<Claims> {
    const { caFile, witnesses, script = join(import.meta.dirname, '../../scenarios/audit/live.ts') } = this.#options;
    const { cardNetwork, mailbox, ledgers } = await witnesses();
    const args = [
      script,
      ...checks.flatMap((check) => ['--check', check]),
      ...['--card-network', cardNetwork, '--mailbox', mailbox],
      ...ledgers.flatMap((ledger) => ['--ledger', ledger]),
      ...['--until', String(untilMs), '--fault-at', String(faultAtMs), '--patience', `${this.#patienceMs}ms`],
    ];
    const child = spawn(process.execPath, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, SSL_CERT_FILE: caFile },
      signal: AbortSignal.any([signal, AbortSignal.timeout(this.#patienceMs + MARGIN_MS)]),
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err = (err + text).slice(-2_000);
    });
    const over = new AbortController();
    // It ends when it has judged, whatever viewers still say: lines that never come are not waited for.
    pipeline(Readable.from(ended(lines)), child.stdin, { signal: over.signal }).catch(() => undefined);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (cause) =>
        reject(new FaultflixError('could-not-run', 'the auditor of accounts and money could not run', { cause })),
      );
      child.once('close', resolve);
    }).finally(() => over.abort());
    const answers = out.split('\n').flatMap((line) => answer.safeParse(parse(line)).data ?? []);
    const lacking = checks.filter((check) => !answers.some((each) => each.check === check));
    if (code !== 0 || lacking.length > 0)
      throw new FaultflixError('could-not-run', `the auditor gave no verdict on ${lacking.join(', ') || 'anything'}`, {
        expected: 'a line of JSON for each check, and exit code 0',
        received: `exit code ${code}: ${out.slice(0, 200)} ${err}`.trim(),
      });
    return Object.fromEntries(
      answers.map(({ check, examples, ...rest }) => [check, { ...rest, examples: examples as Json[] }]),
    );
  }
}

async function* ended(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
