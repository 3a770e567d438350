/** Our images in Docker. */
import { createReadStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { dockerode } from './docker.ts';
import { longStep, type Prepared } from './inside.ts';

/** Loads an image unless Docker has just this one; resolves with a reference that names this one and no other. */
export async function loaded({ name, digest, archive }: Prepared['images'][number]): Promise<string> {
  const docker = await dockerode();
  const [repo, tag] = [`faultflix.local/${name}`, digest.replace('sha256:', '').slice(0, 16)];
  const known = await docker.listImages({ filters: { reference: [`${repo}:${tag}`] } });
  if (known.length === 0) {
    await longStep(`image ${name} into Docker`, async () => {
      const said = await docker.loadImage(createReadStream(archive), { quiet: true });
      await finished(said.resume());
      await docker.getImage(`${repo}:dev`).tag({ repo, tag });
    });
  }
  return `${repo}:${tag}`;
}
