import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import type { Space } from './support/space.ts';

const cluster = testCluster();
const attach = (space: Space, input: string) =>
  space.cluster.kubectl(['-n', space.name, 'attach', '-i', 'pod'], { input });

describe('attach', { concurrency: 4 }, () => {
  it('says what comes to a container with an input, and with stdinOnce its end too', async (t) => {
    const space = await (await cluster).space(t);
    const script = 'while read -r line; do echo "got $line"; done; echo over';
    await space.create({ containers: [space.sh(script, { stdin: true, stdinOnce: true })] });
    await space.running('pod');
    await attach(space, 'one\ntwo\n');
    await space.ended('pod');
    assert.equal(await space.log('pod'), 'got one\ngot two\nover\n');
  });

  it('leaves the input open for the next one without stdinOnce', async (t) => {
    const space = await (await cluster).space(t);
    const script = 'read -r a; echo "got $a"; read -r b; echo "got $b"';
    await space.create({ containers: [space.sh(script, { stdin: true })] });
    await space.running('pod');
    const first = attach(space, 'one\n');
    await space.logUntil('pod', /got one/);
    const second = attach(space, 'two\n');
    await space.ended('pod');
    await Promise.all([first, second]);
    assert.equal(await space.log('pod'), 'got one\ngot two\n');
  });

  it('shows what the container writes from then on', async (t) => {
    const space = await (await cluster).space(t);
    const script = 'read -r a; echo "you said $a"; echo and an error >&2';
    await space.create({ containers: [space.sh(script, { stdin: true, stdinOnce: true })] });
    await space.running('pod');
    const { stdout, stderr } = await attach(space, 'hello\n');
    assert.match(`${stdout}${stderr}`, /you said hello/);
    await space.ended('pod');
  });

  it('gives a container without stdin none to read', async (t) => {
    const space = await (await cluster).space(t);
    const { log } = await space.run('read -r line || echo nothing; echo "[$line]"');
    assert.equal(log, 'nothing\n[]\n');
  });
});
