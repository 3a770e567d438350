/** The Dockerfiles give what `npm run images` gives: the same files with the same digests, started the same way. */
import assert from 'node:assert/strict';
import { appendFile, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { GenericContainer } from 'testcontainers';
import { repository } from '#k8s/images/build.ts';
import { writeDockerContext } from '#k8s/images/docker-context.ts';
import { dockerode } from '../support/docker.ts';
import { loaded } from '../support/images.ts';
import { enter } from '../support/inside.ts';
import { nothingLeft } from '../support/left.ts';
import { configOf, contentOf, differences } from './content.ts';

const { images } = await enter({ images: ['pause', 'toxiproxy', 'platform'] });
const references: string[] = [];

describe('the Dockerfiles', () => {
  let dir: string;
  let contexts: Awaited<ReturnType<typeof writeDockerContext>>;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'faultflix-dockerfiles-'));
    const { signal } = new AbortController();
    const names = images.map(({ name }) => name);
    contexts = await writeDockerContext({ images: names, dir, repositoryRoot: repository, signal });
    for (const [name, folder] of contexts) {
      await copyFile(join(repository, 'k8s/images', name, 'Dockerfile'), join(folder, 'Dockerfile'));
    }
  });
  after(async () => {
    const docker = await dockerode();
    await Promise.all(references.map((reference) => docker.getImage(reference).remove({ force: true })));
    await rm(dir, { recursive: true, force: true });
    await nothingLeft();
  });

  async function built(folder: string, tag: string): Promise<string> {
    const reference = `faultflix.local/by-dockerfile:${tag}`;
    await GenericContainer.fromDockerfile(folder).build(reference, { deleteOnExit: false });
    references.push(reference);
    return reference;
  }

  for (const image of images) {
    it(`make the image ${image.name}`, async () => {
      const [ours, theirs] = [await loaded(image), await built(contexts.get(image.name)!, image.name)];
      const [one, other] = [await contentOf(ours), await contentOf(theirs)];
      assert.ok([...one.values()].some((entry) => entry.startsWith('file ')));
      assert.deepEqual(differences(one, other), []);
      assert.deepEqual(await configOf(theirs), await configOf(ours));
    });
  }

  it('are found out when they add a file or start it as someone else', async () => {
    const folder = contexts.get('pause')!;
    await appendFile(join(folder, 'Dockerfile'), 'ADD Dockerfile /extra\nUSER 0\n');
    const [ours, theirs] = [await loaded(images[0]!), await built(folder, 'bad')];
    const found = differences(await contentOf(ours), await contentOf(theirs));
    assert.equal(found.length, 1);
    assert.match(found[0]!, /^extra: nothing and file/);
    assert.notDeepEqual(await configOf(theirs), await configOf(ours));
  });
});
