/** What a container's first process may do, asked from inside: our images have no shell, but they have Node. */
import assert from 'node:assert/strict';
import type { StartedTestContainer } from 'testcontainers';

export interface Confinement {
  readonly uid: number;
  readonly gid: number;
  /** Effective capabilities, in hexadecimal. */
  readonly capabilities: string;
  readonly noNewPrivileges: boolean;
  /** Error codes of an attempt to write; `written` when it went well. */
  readonly root: string;
  readonly tmp: string;
  /** Shells and package managers that are there. */
  readonly tools: readonly string[];
}

const TOOLS = ['sh', 'bash', 'dash', 'ash', 'busybox', 'apt', 'apt-get', 'dpkg', 'apk', 'yum', 'npm', 'npx', 'pip'];
const FOLDERS = ['/bin', '/usr/bin', '/sbin', '/usr/sbin', '/usr/local/bin', '/app/node_modules/.bin'];

const script = `
const fs = require('node:fs');
const status = fs.readFileSync('/proc/1/status', 'utf8');
const of = (name) => status.match(new RegExp('^' + name + ':\\\\s*(\\\\S+)', 'm'))[1];
const write = (path) => { try { fs.writeFileSync(path, 'x'); return 'written'; } catch (error) { return error.code; } };
console.log(JSON.stringify({
  uid: Number(of('Uid')), gid: Number(of('Gid')), capabilities: of('CapEff'), noNewPrivileges: of('NoNewPrivs') === '1',
  root: write('/app/written'), tmp: write('/tmp/written'),
  tools: ${JSON.stringify(FOLDERS)}.flatMap((folder) => ${JSON.stringify(TOOLS)}.map((tool) => folder + '/' + tool))
    .filter((path) => fs.existsSync(path)),
}));`;

export async function look(container: StartedTestContainer): Promise<Confinement> {
  const { exitCode, output } = await container.exec(['/usr/local/bin/node', '-e', script]);
  assert.equal(exitCode, 0, output);
  return JSON.parse(output) as Confinement;
}

export const confined: Confinement = {
  uid: 10_001,
  gid: 10_001,
  capabilities: '0000000000000000',
  noNewPrivileges: true,
  root: 'EROFS',
  tmp: 'written',
  tools: [],
};
