/** Our own images as any runtime has them: they start, answer, keep within their bounds and end in their grace. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { loaded } from '../support/images.ts';
import { enter } from '../support/inside.ts';
import { nothingLeft } from '../support/left.ts';
import { ended, run } from './ending.ts';
import { confined, look } from './look.ts';
import { Confined, type ServicePod, servicePod } from './pod.ts';

const { images } = await enter({ images: ['platform', 'toxiproxy', 'chaos', 'load'] });
const references: string[] = [];
before(
  async () => {
    for (const image of images) references.push(await loaded(image));
  },
  { timeout: 120_000 },
);
after(nothingLeft);

/** `terminationGracePeriodSeconds` of the manifests. */
const GRACE_S = 10;

describe('the image of the platform', () => {
  let pod: ServicePod;
  before(
    async () => {
      pod = await servicePod({ platform: references[0]!, toxiproxy: references[1]! });
    },
    { timeout: 120_000 },
  );
  after(() => pod?.stop());

  it('answers that it is well, and that it is ready', async () => {
    for (const path of ['/healthz', '/readyz']) assert.equal((await pod.ops(path)).status, 200, path);
    assert.equal((await pod.ops('/nope')).status, 404);
  });
  it('runs as a user, without capabilities, on a file system that is read-only, with no shell in it', async () => {
    assert.deepEqual(await look(pod.service), confined);
  });
  it('has nothing that would run a line of shell', async () => {
    const { exitCode } = await pod.service.exec(['sh', '-c', 'true']);
    assert.notEqual(exitCode, 0);
  });
  it('ends in its grace when it is told to, and says that all is well', async () => {
    assert.equal(await ended(pod.service, GRACE_S), 0);
  });
});

describe('these checks reject', () => {
  const forever = "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)";

  it('a container that is root, may do what Docker allows and writes where it likes', async () => {
    const { GenericContainer, PullPolicy } = await import('testcontainers');
    const loose = await new GenericContainer(references[0]!)
      .withPullPolicy(PullPolicy.neverPull())
      .withUser('0')
      .withCommand(['-e', forever])
      .start();
    try {
      const seen = await look(loose);
      assert.deepEqual([seen.uid, seen.root, seen.noNewPrivileges], [0, 'written', false]);
      assert.notEqual(seen.capabilities, confined.capabilities);
    } finally {
      await loose.stop({ timeout: 0 });
    }
  });
  it('a program that does not hear SIGTERM', async () => {
    const deaf = await new Confined(references[0]!).withCommand(['-e', forever]).start();
    try {
      assert.equal(await ended(deaf, 1), 137);
    } finally {
      await deaf.stop({ timeout: 0 });
    }
  });
});

describe('each image says what it cannot do, with the exit code for it', { concurrency: 3 }, () => {
  const cases = [
    { name: 'platform', image: 0, args: ['platform/services/edge/main.ts'], exit: 3, says: /FAULTFLIX_REGION/ },
    { name: 'the controller', image: 2, args: ['chaos/controller/main.ts'], exit: 3, says: /POD_NAME/ },
    { name: 'the warden', image: 2, args: ['chaos/warden/main.ts'], exit: 3, says: /NODE_NAME/ },
    { name: 'the auditor, of no history', image: 2, args: ['scenarios/audit/check.ts'], exit: 5, says: /no-data/ },
    { name: 'the load, without a script', image: 3, args: ['scenarios/load/run.ts'], exit: 2, says: /bad-input/ },
    { name: 'the load, asked how', image: 3, args: ['scenarios/load/run.ts', '--help'], exit: 0, says: /SCRIPT/ },
  ] as const;
  for (const { name, image, args, exit, says } of cases) {
    it(name, async () => {
      const { exitCode, said } = await run(references[image]!, args);
      assert.match(said, says);
      assert.equal(exitCode, exit, said);
    });
  }
});
