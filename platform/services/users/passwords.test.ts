import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { Passwords, passwordCost } from './passwords.ts';

const cheap = { N: 2 ** 8, r: 8, p: 1 };

describe('passwords', () => {
  it('are known again, by nobody else, and each hash is another', async () => {
    const passwords = new Passwords({ cost: cheap });
    const [one, two] = await Promise.all([passwords.hash('hunter22'), passwords.hash('hunter22')]);
    assert.notEqual(one, two);
    assert(await passwords.verify('hunter22', one));
    assert(!(await passwords.verify('Hunter22', one)));
    assert(!(await passwords.verify('hunter22', undefined)), 'no account');
  });

  it('cost what OWASP asks for: 16 MiB, N=2^14, r=8, p=5', async () => {
    assert.deepEqual(passwordCost, { N: 16_384, r: 8, p: 5 });
    const passwords = new Passwords();
    const stored = await passwords.hash('hunter22');
    assert(stored.startsWith('scrypt$16384$8$5$'));
    assert(await passwords.verify('hunter22', stored));
    assert(!passwords.outdated(stored));
  });

  it('of an older cost are known, and said to be outdated', async () => {
    const old = await new Passwords({ cost: cheap }).hash('hunter22');
    const passwords = new Passwords({ cost: { N: 2 ** 9, r: 8, p: 1 } });
    assert(await passwords.verify('hunter22', old));
    assert(passwords.outdated(old));
  });

  it('leave the event loop free', async () => {
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 1);
    await new Passwords().hash('hunter22');
    clearInterval(counting);
    assert(turns > 0);
  });

  it('are refused beyond those who may wait, and then taken again', async () => {
    const passwords = new Passwords({ cost: cheap, atOnce: 1, waiting: 2 });
    const burst = await Promise.allSettled(Array.from({ length: 5 }, () => passwords.hash('hunter22')));
    assert.deepEqual(
      burst.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
    );
    const { reason } = burst[4] as PromiseRejectedResult;
    assert(reason instanceof FaultflixError && reason.code === 'overloaded');
    await passwords.hash('hunter22');
  });

  it('of an unknown kind are our own fault', async () => {
    await assert.rejects(new Passwords().verify('x', 'md5$x'), { code: 'internal' });
  });
});
