/** Over real SMTP with STARTTLS and a real file. */
import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fastify from 'fastify';
import { createTransport } from 'nodemailer';
import { systemClock } from '#base/clock.ts';
import { createMetrics } from '#kit/metrics.ts';
import { signLeaf } from '#kit/sign-leaf.ts';
import { testAuthorities } from '#kit/testing/certificates.ts';
import { Mails, type NewMail } from './mails.ts';
import { mailboxRoutes } from './routes.ts';
import { type RunningSmtp, smtpLimits, startSmtp } from './smtp.ts';

describe('the mailbox', () => {
  let folder: string;
  let mails: Mails;
  let server: RunningSmtp;
  let ca: string;
  const app = fastify();
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mailbox-'));
    mails = await Mails.open(join(folder, 'mails.jsonl'));
    const { root, issuer } = await testAuthorities();
    ca = root.cert;
    const leaf = await signLeaf({
      ...{ issuerCert: issuer.cert, issuerKey: issuer.key },
      ...{ commonName: 'mailbox.test', names: ['127.0.0.1'], nowMs: Date.now() },
    });
    const log = { warn: () => undefined, debug: () => undefined } as never;
    server = await startSmtp(
      { mails, leaf, clock: systemClock, metrics: createMetrics(), log },
      { host: '127.0.0.1', port: 0 },
    );
    mailboxRoutes(app, mails);
  });
  after(async () => {
    await server?.close(0);
    await mails?.close();
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  const send = async (mail: object, { tls = true } = {}) => {
    const secure = tls ? { requireTLS: true, tls: { ca } } : { ignoreTLS: true };
    const transport = createTransport({ host: '127.0.0.1', port: server.port, ...secure });
    try {
      return await transport.sendMail({ from: 'x@faultflix.test', ...mail });
    } finally {
      transport.close();
    }
  };
  const get = async (path: string) => app.inject(path);

  it('takes a mail, and one that comes again is counted and not kept', async () => {
    const mail = {
      to: 'Zoe@example.test',
      subject: 'Grüße 愛',
      text: 'hello',
      messageId: '<1@t>',
      headers: { 'X-Faultflix-Event': 'e1' },
    };
    await send(mail);
    await send(mail);
    await send({ ...mail, to: 'other@example.test' });
    const { mails: kept } = (await get('/v1/mails?to=zoe@example.test')).json();
    assert.equal(kept.length, 1);
    assert.deepEqual(
      [kept[0].messageId, kept[0].subject, kept[0].text.trim(), kept[0].duplicates],
      ['<1@t>', 'Grüße 愛', 'hello', 1],
    );
    assert.equal(kept[0].headers.find(({ key }: { key: string }) => key === 'x-faultflix-event').value, 'e1');
    assert.equal((await get('/v1/mails')).json().mails.length, 2);
  });

  it('takes nothing in the clear and nothing too large', async () => {
    const before = mails.size;
    await assert.rejects(send({ to: 'a@t', text: 'x' }, { tls: false }), { responseCode: 530 });
    await assert.rejects(send({ to: 'a@t', text: 'x'.repeat(smtpLimits.mailBytes + 1) }), { responseCode: 552 });
    assert.equal(mails.size, before);
  });

  it('shows a hostile mail as text, and its HTML in a sandbox without scripts', async () => {
    const script = '<script>alert(1)</script>';
    await send({ to: 'evil@t', subject: script, text: script, html: script, messageId: '<evil@t>' });
    const { id } = (await get('/v1/mails?to=evil@t')).json().mails[0];
    for (const path of ['/', `/?to=${encodeURIComponent(`"${script}`)}`, `/mails/${id}`]) {
      const { body, headers } = await get(path);
      assert.doesNotMatch(body, /<script/, path);
      assert.match(String(headers['content-security-policy']), /^default-src 'none';/);
    }
    assert.match((await get(`/mails/${id}`)).body, /<iframe sandbox title/);
    const { body, headers } = await get(`/mails/${id}/html`);
    assert.match(body, /<script>/);
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /^sandbox; default-src 'none'/);
    assert.doesNotMatch(policy, /allow-scripts|script-src/);
  });

  const letter = (n: number): NewMail => ({
    ...{ messageId: `<${n}@t>`, to: 'a@t', subject: '', text: '', html: '', atMs: n, headers: [] },
  });

  it('remembers all of it after a death, but for a line that was torn off', async () => {
    const path = join(folder, 'again.jsonl');
    const first = await Mails.open(path);
    for (const n of [1, 2, 3, 2]) await first.take(letter(n));
    const all = first.page({ limit: 10 });
    await first.close();
    await appendFile(path, '{"type":"mail","mail":{"torn');
    const second = await Mails.open(path);
    assert.deepEqual(second.page({ limit: 10 }), all);
    assert.deepEqual(
      all.mails.map(({ duplicates }) => duplicates),
      [0, 1, 0],
    );
    const page = second.page({ limit: 2 });
    assert.equal(page.mails.length, 2);
    assert.deepEqual(second.page({ limit: 2, after: page.nextAfter! }).mails, all.mails.slice(2));
    assert.equal(await second.take(letter(1)), 'duplicate');
    await second.close();
  });

  it('is full at its bounds, and says so', async () => {
    const box = await Mails.open(join(folder, 'small.jsonl'), { mails: 2, bytes: 100_000 });
    await box.take(letter(1));
    await box.take(letter(2));
    await assert.rejects(box.take(letter(3)), { code: 'overloaded' });
    assert.equal(await box.take(letter(2)), 'duplicate');
    await box.close();
    const tiny = await Mails.open(join(folder, 'tiny.jsonl'), { mails: 2, bytes: 10 });
    await assert.rejects(tiny.take(letter(1)), { code: 'overloaded' });
    await tiny.close();
  });
});
