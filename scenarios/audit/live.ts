#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { systemClock } from '#base/clock.ts';
import { durationMs } from '#base/duration.ts';
import { asFaultflixError, exitCodeOf, FaultflixError } from '#base/errors.ts';
import { liveAudit } from './live/audit.ts';
import { type LiveCheck, liveChecks } from './live/judge.ts';
import { Promises } from './live/promises.ts';
import { Witnesses } from './live/witnesses.ts';

const help = `Judge whether a platform that runs kept what it told viewers of accounts and money.

  node scenarios/audit/live.ts --check NAME… --card-network URL --mailbox URL --ledger URL… [--until MS] [--fault-at MS] [--patience 45s]

  stdin           the load stream, which may go on while this waits; its end is no hurry
  --check         ${liveChecks.join(' or ')}; once for each
  --card-network  https://address:port, GET /v1/charges
  --mailbox       https://address:port, GET /v1/mails
  --ledger        http://address:port of billing's operations, GET /metrics
  --until         accounts acknowledged until then are judged, epoch ms (now)
  --fault-at      when the fault began, epoch ms: without anything of theirs after it there is no verdict
  --patience      so long it waits for what is on its way (45s)
  SSL_CERT_FILE   the CA of card network and mailbox

One line of JSON a check on stdout, as scenarios/audit/check.ts prints it. Exit codes: 0 answered, 2 bad input.

Example:
  tail -f run.jsonl | SSL_CERT_FILE=ca.crt node scenarios/audit/live.ts --check charged-once \\
    --card-network https://127.1.2.3:8444 --mailbox https://127.1.2.4:8444 --ledger http://127.1.2.5:19100
`;

async function main(): Promise<void> {
  const { values } = parse(process.argv.slice(2));
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const checks = values.check ?? [];
  const unknown = checks.find((check) => !(liveChecks as readonly string[]).includes(check));
  if (checks.length === 0 || unknown !== undefined) throw bad('--check', liveChecks.join(' or '), unknown ?? 'nothing');
  const untilMs = values.until === undefined ? systemClock.now() : Number(values.until);
  if (!Number.isSafeInteger(untilMs)) throw bad('--until', 'epoch ms', values.until ?? '');
  const faultAtMs = values['fault-at'] === undefined ? undefined : Number(values['fault-at']);
  if (Number.isNaN(faultAtMs)) throw bad('--fault-at', 'epoch ms', values['fault-at'] ?? '');
  const witnesses = new Witnesses({
    cardNetwork: needed('--card-network', values['card-network']),
    mailbox: needed('--mailbox', values.mailbox),
    ledgers: values.ledger ?? [],
    caFile: needed('SSL_CERT_FILE', process.env.SSL_CERT_FILE),
  });
  const patienceMs = durationMs(values.patience, '--patience');
  // From here on stdin holds the process: nothing may be refused any more.
  const promises = new Promises();
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => promises.add(line));
  const audit = {
    checks: checks as LiveCheck[],
    promises,
    witnesses,
    clock: systemClock,
    untilMs,
    faultAtMs,
    patienceMs,
  };
  try {
    for (const answer of await liveAudit(audit)) process.stdout.write(`${JSON.stringify(answer)}\n`);
  } finally {
    lines.close();
    process.stdin.destroy();
  }
}

const bad = (where: string, expected: string, received: string) =>
  new FaultflixError('bad-input', 'cannot read the command line', { where, expected, received, todo: 'see --help' });

function needed(where: string, value: string | undefined): string {
  if (value !== undefined && value !== '') return value;
  throw bad(where, 'a value', 'nothing');
}

function parse(args: string[]) {
  try {
    const text = { type: 'string' } as const;
    const several = { type: 'string', multiple: true } as const;
    return parseArgs({
      args,
      options: {
        ...{ check: several, 'card-network': text, mailbox: text, ledger: several, until: text, 'fault-at': text },
        patience: { type: 'string', default: '45s' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    throw new FaultflixError('bad-input', 'cannot read the command line', { cause, todo: 'see --help' });
  }
}

main().catch((thrown: unknown) => {
  const error = asFaultflixError(thrown);
  process.stderr.write(`${JSON.stringify(error)}\n`);
  process.exitCode = exitCodeOf(error);
});
