import { parseArgs } from 'node:util';
import { buildImages } from './build.ts';
import { isImageName } from './image.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, out: { type: 'string' } },
});
const images = positionals.filter(isImageName);
const built = await buildImages({
  ...(images.length ? { images } : {}),
  ...(values.out ? { outDir: values.out } : {}),
});
for (const image of built)
  console.log(
    values.json ? JSON.stringify({ type: 'image', ...image }) : `${image.reference} ${image.digest} ${image.archive}`,
  );
