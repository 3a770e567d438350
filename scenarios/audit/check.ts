#!/usr/bin/env node
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { asFaultflixError, exitCodeOf, FaultflixError } from '#base/errors.ts';
import { acknowledgedPlays } from './checkers/acknowledged-plays.ts';
import { chargedOnce } from './checkers/charged-once.ts';
import { mailedOnce, readMails } from './checkers/mailed-once.ts';
import { HistoryReader } from './history.ts';
import { MoneyHistoryReader } from './money-history.ts';
import { type Answer, exitCodes } from './verdict.ts';

const help = `Judge whether what the platform acknowledged to viewers was kept.

  node scenarios/audit/check.ts [FILE] [--check NAME] [--fault-at MS]…

  FILE         a saved load stream, or history of money; stdin when there is none
  --check      acknowledged-plays (default): what viewers saw of the plays that were acknowledged
               charged-once: what viewers, the card network and the bills say of money (money-history.ts)
               mailed-once: what events and the mailbox say of mails (checkers/mailed-once.ts)
  --fault-at   when a fault began, epoch ms; also {"type":"fault","atMs":…} lines in the input

One line of JSON on stdout. Exit codes: 0 ok, 1 lost, 2 bad input, 5 no data.

Examples:
  node scenarios/load/run.ts viewer.ts --stream | tee run.jsonl | node scenarios/audit/check.ts
  node scenarios/audit/check.ts run.jsonl --fault-at 1795508715000
`;

async function main(): Promise<number> {
  const { values, positionals } = parse(process.argv.slice(2));
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const faults = (values['fault-at'] ?? []).map((text) => {
    if (/^\d+$/.test(text)) return Number(text);
    throw new FaultflixError('bad-input', 'not a time', { where: '--fault-at', expected: 'epoch ms', received: text });
  });
  const check = checks(faults).get(values.check);
  if (check === undefined)
    throw new FaultflixError('bad-input', 'no such check', {
      where: '--check',
      expected: [...checks([]).keys()].join(' or '),
      received: values.check,
    });
  const [file] = positionals;
  const input = file === undefined ? process.stdin : createReadStream(file);
  // readline does not pass a stream's error on.
  const failed = new Promise<never>((_, reject) =>
    input.once('error', (cause) => reject(new FaultflixError('bad-input', 'cannot read the history', { cause }))),
  );
  await Promise.race([failed, readAll(createInterface({ input }), check)]);
  const answer = check.answer();
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  return exitCodes[answer.verdict];
}

interface Check {
  add(line: string): void;
  answer(): Pick<Answer, 'verdict'>;
}

function checks(faultsAtMs: readonly number[]): ReadonlyMap<string, Check> {
  const plays = new HistoryReader(faultsAtMs);
  const money = new MoneyHistoryReader();
  const mails: string[] = [];
  return new Map<string, Check>([
    ['acknowledged-plays', { add: (line) => plays.add(line), answer: () => acknowledgedPlays(plays.history()) }],
    ['charged-once', { add: (line) => money.add(line), answer: () => chargedOnce(money.history()) }],
    ['mailed-once', { add: (line) => void mails.push(line), answer: () => mailedOnce(readMails(mails)) }],
  ]);
}

async function readAll(lines: AsyncIterable<string>, check: Check): Promise<void> {
  for await (const line of lines) check.add(line);
}

function parse(args: string[]) {
  try {
    const options = {
      check: { type: 'string', default: 'acknowledged-plays' },
      'fault-at': { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h' },
    } as const;
    const parsed = parseArgs({ args, options, allowPositionals: true });
    if (parsed.positionals.length > 1) throw new Error('one file at most');
    return parsed;
  } catch (cause) {
    throw new FaultflixError('bad-input', 'cannot read the command line', { cause, todo: 'see --help' });
  }
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (thrown) => {
    const error = asFaultflixError(thrown);
    process.stderr.write(`${JSON.stringify(error)}\n`);
    process.exitCode = exitCodeOf(error);
  },
);
