/** The real program, asking a card network, a mailbox and metrics over real sockets, while viewers' lines still come. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { makeCertificates } from '../../load/testing/certificates.ts';
import type { LiveAnswer } from './judge.ts';

const program = new URL('../live.ts', import.meta.url).pathname;
const FAR = 9_000_000_000_000;

interface Truth {
  charges: { charge: string; reference: string; state: string; amountMinor: number; currency: string; atMs: number }[];
  mails: object[];
  metrics: string;
  down: boolean;
}
const charge = (n: number, reference: string) => ({
  ...{ charge: `ch-${n}`, reference, state: 'captured', amountMinor: 799, currency: 'USD', atMs: 1_000 },
});
const mail = (event: string, about: string, change: object = {}) => ({
  ...{ id: `m-${event}`, messageId: `<${event}@faultflix.test>`, to: 'ada@load.test', text: about, duplicates: 0 },
  ...{ atMs: 1_000, headers: [{ key: 'x-faultflix-event', value: event }] },
  ...change,
});
const well = (): Truth => ({
  charges: [charge(1, 'a1.1'), charge(2, 'stranger.1'), charge(3, 'stranger.1')],
  mails: [mail('e1', 'Welcome'), mail('e2', 'your plan (bill a1.1). Thanks'), mail('e9', 'hers', { to: 'eve@x' })],
  metrics: 'faultflix_billing_ledger_sum_minor{currency="USD"} 0\nfaultflix_billing_ledger_entries{currency="USD"} 2\n',
  down: false,
});

const about = { account: 'a1' };
const bill = { ...about, bill: 'a1.1', amountMinor: 799, currency: 'USD' };
const told = [
  { type: 'account-acknowledged', atMs: 500, ...about, mail: 'ada@load.test' },
  { type: 'account-acknowledged', atMs: FAR, account: 'later', mail: 'later@load.test' },
  { type: 'subscription-acknowledged', atMs: 600, ...about, plan: 'basic' },
];
const paid = { type: 'bill-seen', atMs: 700, ...bill, state: 'paid' };
const seen = { type: 'subscription-seen', atMs: FAR, ...about, plan: 'basic', state: 'active' };
const settled = [...told, paid, seen];

describe('live.ts', () => {
  let folder: string;
  let truth = well();
  const servers: { close(): unknown; closeAllConnections(): void }[] = [];
  let args: string[];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'live-audit-'));
    const { ca, cert, key } = await makeCertificates(['127.0.0.1']);
    await writeFile(join(folder, 'ca.crt'), ca);
    const company = createServer({ cert, key }, (request, response) => {
      const { pathname, searchParams } = new URL(request.url!, 'https://x');
      const list = pathname === '/v1/charges' ? truth.charges : truth.mails;
      const from = Number(searchParams.get('after') ?? 0);
      const page = { [pathname.slice(4)]: list.slice(from, from + 2) };
      const more = from + 2 < list.length ? { nextAfter: String(from + 2) } : {};
      response.writeHead(truth.down ? 503 : 200).end(JSON.stringify({ ...page, ...more }));
    });
    const metrics = createHttp((_request, response) => response.end(truth.metrics));
    for (const server of [company, metrics]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      servers.push(server);
    }
    const [secure, plain] = [company, metrics].map((server) => (server.address() as AddressInfo).port);
    const url = `https://127.0.0.1:${secure}`;
    args = ['--check', 'charged-once', '--check', 'mailed-once', '--card-network', url, '--mailbox', url];
    args.push('--ledger', `http://127.0.0.1:${plain}`);
  });
  after(async () => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    await rm(folder, { recursive: true, force: true });
  });

  function audit(lines: readonly object[], more: readonly string[] = []) {
    const env = { ...process.env, SSL_CERT_FILE: join(folder, 'ca.crt') };
    const child = spawn(process.execPath, [program, ...args, ...more], { env });
    child.stdin.on('error', () => undefined); // it ends when it has judged
    const say = (all: readonly object[]) => child.stdin.write(all.map((line) => `${JSON.stringify(line)}\n`).join(''));
    say(lines);
    const done = (async () => {
      const [out, err, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      const answers = out.split('\n').flatMap((line) => (line ? [JSON.parse(line) as LiveAnswer] : []));
      const [money, mails] = answers;
      return { exitCode, err, money: money!, mails: mails! };
    })();
    return { say, done };
  }
  const verdicts = ({ money, mails }: { money: LiveAnswer; mails: LiveAnswer }) => [money?.verdict, mails?.verdict];

  it('is ok when all tell one story; what is of others, or later, does not matter', async () => {
    truth = well();
    const answers = await audit(settled, ['--fault-at', '900']).done;
    assert.deepEqual(verdicts(answers), ['ok', 'ok'], JSON.stringify(answers));
    assert.deepEqual([answers.money.acknowledged, answers.mails.acknowledged], [1, 1]);
  });

  it('waits for what viewers still have to read', async () => {
    truth = well();
    const { say, done } = audit([...told, { ...paid, state: 'open' }, { ...seen, state: 'pending' }]);
    say([
      { ...paid, atMs: FAR },
      { ...seen, atMs: FAR + 1 },
    ]);
    assert.deepEqual(verdicts(await done), ['ok', 'ok']);
  });

  const bad: [name: string, spoil: () => readonly object[], expected: readonly string[], why: RegExp][] = [
    [
      'a bill that was charged twice',
      () => {
        truth.charges.push(charge(4, 'a1.1'));
        return settled;
      },
      ['lost', 'ok'],
      /charged 2 times/,
    ],
    [
      'a mail that came twice',
      () => {
        truth.mails.push(mail('e3', 'again (bill a1.1)'));
        return settled;
      },
      ['ok', 'lost'],
      /no event asked for/,
    ],
    [
      'an acknowledged plan that is gone',
      () => [...told, paid, { ...seen, plan: 'free', state: 'none' }],
      ['lost', 'ok'],
      /now it is none/,
    ],
    [
      'a ledger that does not balance',
      () => {
        truth.metrics = truth.metrics.replace('"} 0', '"} -799');
        return settled;
      },
      ['lost', 'ok'],
      /sums to -799/,
    ],
  ];
  for (const [name, spoil, expected, why] of bad)
    it(`known bad: ${name}`, async () => {
      truth = well();
      const answers = await audit(spoil()).done;
      assert.deepEqual(verdicts(answers), expected, JSON.stringify(answers));
      assert.match(JSON.stringify(answers), why);
    });

  const missing: [name: string, spoil: () => readonly object[], expected: readonly string[], why: RegExp][] = [
    ['nobody was told anything', () => [], ['no-data', 'no-data'], /no subscription was acknowledged/],
    [
      'a viewer never read again',
      () => [...told, paid, { ...seen, atMs: 1 }],
      ['no-data', 'no-data'],
      /1 acknowledged accounts were not read again/,
    ],
    ['a bill is open', () => [...told, { ...paid, state: 'open' }, seen], ['no-data', 'no-data'], /1 bills are open/],
    [
      'a mail has not come',
      () => {
        truth.mails.splice(1, 1);
        return settled;
      },
      ['ok', 'no-data'],
      /1 mails have not come/,
    ],
    [
      'nobody can be asked',
      () => {
        truth.down = true;
        return settled;
      },
      ['no-data', 'no-data'],
      /the card network could not be asked/,
    ],
    [
      'the ledger cannot be read',
      () => {
        truth.metrics = '';
        return settled;
      },
      ['no-data', 'ok'],
      /the ledger was not read/,
    ],
  ];
  for (const [name, spoil, expected, why] of missing)
    it(`never well: ${name}`, async () => {
      truth = well();
      const answers = await audit(spoil(), ['--patience', '1s']).done;
      assert.deepEqual(verdicts(answers), expected, JSON.stringify(answers));
      assert.match(JSON.stringify(answers), why);
    });

  it('never well: nothing of theirs after the fault began', async () => {
    truth = well();
    const answers = await audit(settled, ['--fault-at', '2000']).done;
    assert.deepEqual(verdicts(answers), ['no-data', 'no-data']);
    assert.match(answers.money.why, /nobody was charged after the fault/);
  });

  for (const more of [['--nonsense'], ['--check', 'nonsense'], ['--until', 'noon'], ['--patience', 'long']])
    it(`refuses ${more.join(' ')}`, async () => {
      const { exitCode, err } = await audit([], more).done;
      assert.deepEqual([exitCode, JSON.parse(err).code], [2, 'bad-input']);
    });
});
