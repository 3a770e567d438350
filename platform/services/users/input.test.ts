import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { checkedCountry, checkedId, checkedMail, checkedMaxAge, checkedName, checkedPassword } from './input.ts';

const refused = (run: () => unknown, what: string) =>
  assert.throws(run, (error: unknown) => error instanceof FaultflixError && error.code === 'bad-input', what);

describe('names', () => {
  it('of every script are kept, in NFC', () => {
    for (const name of ['Ada', '李小龍', 'Åsa', 'عائشة', 'ज़ोया', '👩‍👩‍👧', "O'Neil", 'Tom & "Jerry" <3'])
      assert.equal(checkedName(name, 'name'), name.normalize('NFC'));
    assert.equal(checkedName('A\u030asa', 'name'), '\u00c5sa');
    assert.equal(checkedName('  Ada \u3000', 'name'), 'Ada');
    assert.equal(checkedName('👩'.repeat(60), 'name').length, 120);
  });

  it('keep confusables: аdmin in Cyrillic is a name', () => {
    assert.equal(checkedName('\u0430dmin', 'name'), '\u0430dmin');
    assert.notEqual(checkedName('\u0430dmin', 'name'), 'admin');
  });

  it('are refused with controls, directions turned, nothing to be seen, or too long', () => {
    for (const name of ['', '  ', 'a\u0000b', 'a\nb', 'a\u001bb', 'a\u202egpj.exe', 'a\u2066b', '\u200b\u200b'])
      refused(() => checkedName(name, 'name'), JSON.stringify(name));
    for (const name of ['a\ud800', 'a\u2028b', 'a\ufffe', 'x'.repeat(61)])
      refused(() => checkedName(name, 'name'), name);
  });
});

describe('mail addresses', () => {
  it('are found in any case and form, and kept as written', () => {
    assert.deepEqual(checkedMail(' Ada.L@Example.ORG '), { address: 'Ada.L@example.org', lookup: 'ada.l@example.org' });
    assert.equal(checkedMail('a@bücher.example').lookup, 'a@xn--bcher-kva.example');
    assert.equal(checkedMail('jo\u0308rg@example.org').lookup, checkedMail('j\u00f6rg@example.org').lookup);
    assert.equal(checkedMail("o'neil+tv@example.co.uk").lookup, "o'neil+tv@example.co.uk");
  });

  it('are refused when they could be more than one, or none', () => {
    const none = ['', 'a', '@example.org', 'a@', 'a@b', 'a b@example.org', 'a@exa mple.org', 'a@-x.org', 'a@x..org'];
    const several = [
      'a@example.org,b@example.org',
      'a@example.org\nBcc: b@example.org',
      '<a@example.org>',
      '"a"@x.org',
    ];
    for (const mail of [
      ...none,
      ...several,
      '.a@x.org',
      'a..b@x.org',
      `${'a'.repeat(65)}@x.org`,
      `a@${'x'.repeat(64)}.org`,
    ])
      refused(() => checkedMail(mail), mail);
  });

  it('are not repeated by the error', () => {
    const error = (() => {
      try {
        return checkedMail('secret person@example.org');
      } catch (thrown) {
        return thrown;
      }
    })();
    assert(!JSON.stringify(error).includes('secret'));
  });
});

describe('the rest', () => {
  it('countries are those of ISO 3166-1', () => {
    for (const country of ['DE', 'US', 'IN', 'TV', 'AX']) assert.equal(checkedCountry(country), country);
    for (const country of ['', 'de', 'EU', 'ZZ', 'QQ', 'USA', 'UN', '12'])
      refused(() => checkedCountry(country), country);
  });

  it('passwords have a length, no rules, and are not the mail address', () => {
    assert.equal(checkedPassword('pa\u0308sswort'), 'p\u00e4sswort');
    assert.equal(checkedPassword('        '), '        ');
    for (const password of ['', '1234567', 'x'.repeat(129), `${'a'.repeat(8)}\ud800`, 'nul\0nul\0nul'])
      refused(() => checkedPassword(password), password);
    refused(() => checkedPassword('ADA@example.org', ['ada@example.org']), 'the mail address');
  });

  it('ages and ids', () => {
    assert.equal(checkedMaxAge(0), 0);
    for (const age of [-1, 22, 1.5, Number.NaN]) refused(() => checkedMaxAge(age), `${age}`);
    for (const id of ['', '../x', 'a/b', 'a.b', 'x'.repeat(65), 'é']) refused(() => checkedId(id, 'id'), id);
  });
});
