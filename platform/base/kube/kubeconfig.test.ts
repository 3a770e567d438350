import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { kubeconfigConnection } from './kubeconfig.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const config = (user: object, cluster: object = { 'certificate-authority-data': base64('ca') }) => ({
  'current-context': 'one',
  contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:6443', ...cluster } }],
  users: [{ name: 'u', user }],
});
function write(t: TestContext, content: object | string, more: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(more)) writeFileSync(join(folder, name), text);
  const file = join(folder, 'config');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

it('reads certificates that are inline', async (t) => {
  const user = { 'client-certificate-data': base64('cert'), 'client-key-data': base64('key') };
  const connection = await kubeconfigConnection(write(t, config(user)));
  assert.equal(connection.server, 'https://127.0.0.1:6443');
  assert.deepEqual([connection.ca, connection.cert, connection.key].map(String), ['ca', 'cert', 'key']);
});

it('reads files beside the kubeconfig, and a token file anew each time', async (t) => {
  const user = { tokenFile: 'token' };
  const file = write(t, config(user, { 'certificate-authority': 'ca.pem' }), {
    token: 'first\n',
    'ca.pem': 'authority',
  });
  const { ca, token } = await kubeconfigConnection(file);
  assert.equal(String(ca), 'authority');
  assert.equal(token!(), 'first');
  writeFileSync(join(file, '../token'), 'second');
  assert.equal(token!(), 'second');
});

it('reads YAML', async (t) => {
  const yaml = `current-context: x
contexts: [{name: x, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "https://h", certificate-authority-data: ${base64('ca')}}}]
users: [{name: u, user: {token: t}}]`;
  assert.equal((await kubeconfigConnection(write(t, yaml))).token!(), 't');
});

it('says what is wrong: a context that is not there, a server that is missing, a plugin, no YAML', async (t) => {
  const good = config({ token: 't' });
  const refused = async (content: object | string, code: string, message: RegExp, context?: string) =>
    assert.rejects(kubeconfigConnection(write(t, content), context), (error: Error & { code: string }) => {
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  await refused(good, 'bad-input', /no such entry/, 'other');
  await refused({ ...good, clusters: [{ name: 'c', cluster: {} }] }, 'bad-input', /lacks server/);
  await refused(config({ token: 't' }, {}), 'bad-input', /lacks certificate-authority-data/);
  await refused(config({ exec: { command: 'aws' } }), 'unsupported', /credential plugin/);
  await refused('{ not: [json', 'bad-input', /not a kubeconfig/);
});
