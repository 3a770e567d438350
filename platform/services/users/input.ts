import { domainToASCII } from 'node:url';
import { FaultflixError } from '#base/errors.ts';

/** What is refused says where and what was expected, never what came: it may be a person's. */
const refuse = (where: string, expected: string): FaultflixError =>
  new FaultflixError('bad-input', `${where} cannot be taken`, { where, expected });

/** Controls, line ends, lone surrogates, and marks that turn the direction of what stands around them (UAX #9). */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
const NAME_LENGTH = 60;

/**
 * A person's or profile's name in NFC, outer spaces gone. Every script is welcome and confusables stay as they are: a name
 * is shown, never looked up. Throws `bad-input`.
 */
export function checkedName(text: string, where: string): string {
  const name = text.normalize('NFC').trim();
  const length = [...name].length;
  if (length === 0 || length > NAME_LENGTH || UNSEEN.test(name) || !/[\p{L}\p{N}\p{S}\p{P}]/u.test(name))
    throw refuse(where, `1 to ${NAME_LENGTH} characters that can be seen, no control characters`);
  return name;
}

export interface MailAddress {
  /** As mail is sent to it. */
  readonly address: string;
  /** As it is looked up: providers take any case, though RFC 5321 lets them tell it apart. */
  readonly lookup: string;
}

/** Throws `bad-input`. Only the mailbox itself can tell whether an address is real, so the form alone is checked. */
export function checkedMail(text: string): MailAddress {
  const mail = text.normalize('NFC').trim();
  const at = mail.lastIndexOf('@');
  const local = mail.slice(0, at);
  const domain = domainToASCII(mail.slice(at + 1));
  const fits =
    at > 0 &&
    /^[^\s@"(),:;<>[\\\]]{1,64}$/u.test(local) &&
    !UNSEEN.test(local) &&
    !/^\.|\.\.|\.$/.test(local) &&
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/.test(domain) &&
    Buffer.byteLength(mail) <= 254;
  if (!fits) throw refuse('mail', 'an address as name@domain.example, 254 bytes at most');
  return { address: `${local}@${domain}`, lookup: `${local.toLowerCase()}@${domain}` };
}

/** Of Intl's regions, those that are no country of ISO 3166-1. */
const NO_COUNTRIES = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ']);
let regionNames: Intl.DisplayNames | undefined;

/** ISO 3166-1 alpha-2, upper case. Throws `bad-input`. */
export function checkedCountry(text: string): string {
  regionNames ??= new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  if (!/^[A-Z]{2}$/.test(text) || NO_COUNTRIES.has(text) || regionNames.of(text) === undefined)
    throw refuse('country', 'a country as two capital letters of ISO 3166-1, DE');
  return text;
}

const PASSWORD_LENGTH = { least: 8, most: 128 };

/**
 * In NFC, since keyboards differ in how they make an é (NIST SP 800-63B, 5.1.1.2, which also gives the least length and
 * asks for no classes of characters). Throws `bad-input`.
 */
export function checkedPassword(text: string, others: readonly string[] = []): string {
  const password = text.normalize('NFC');
  const { least, most } = PASSWORD_LENGTH;
  const length = [...password].length;
  if (length < least || length > most || /[\p{Cs}\0]/u.test(password))
    throw refuse('password', `${least} to ${most} characters`);
  if (others.some((other) => other.toLowerCase() === password.toLowerCase()))
    throw refuse('password', 'neither the mail address nor the name');
  return password;
}

export function checkedMaxAge(age: number): number {
  if (Number.isInteger(age) && age >= 0 && age <= 21) return age;
  throw refuse('max_age', '0 (all) to 21');
}

/** Ids of ours, and only they, may become part of a key. Throws `bad-input`. */
export function checkedId(text: string, where: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return text;
  throw refuse(where, 'an id');
}
