import { existsSync } from 'node:fs';
import { USER_ID } from '../image.ts';
import { directory, type Entry, file } from './entry.ts';

const CERTIFICATES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'];

const PASSWD = `root:x:0:0:root:/root:/sbin/nologin
faultflix:x:${USER_ID}:${USER_ID}:faultflix:/tmp:/sbin/nologin
`;
const GROUP = `root:x:0:
faultflix:x:${USER_ID}:
`;

/** What every image has whatever it runs: users, where names are looked up, a place for temporary files. */
export const base = (): Entry[] => [
  file('etc/passwd', PASSWD),
  file('etc/group', GROUP),
  file('etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n'),
  directory('tmp', 0o1777),
];

/** The machine's list of certificate authorities, where there is one. */
export function certificates(): Entry[] {
  const from = CERTIFICATES.find((path) => existsSync(path));
  return from ? [{ ...file('etc/ssl/certs/ca-certificates.crt', ''), content: { file: from } }] : [];
}
