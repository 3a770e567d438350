import { join } from 'node:path';
import { type ModelFile, readModel } from './model-file.ts';
import { alsDefaults, alsModel } from './models/als.ts';
import { contentModel } from './models/content.ts';
import type { ItemModel } from './models/dataset.ts';
import { towerShape, towersModel } from './models/towers.ts';
import { Taste } from './taste.ts';

export const MODEL = join(import.meta.dirname, 'model.zst');

/** The models of a file: collaborative, content, two towers. */
export function modelsOf({ sections: { content, als, embed, layer, out } }: ModelFile): ItemModel[] {
  const towers = { embed: embed.numbers, layer: layer.numbers, out: out.numbers };
  return [
    alsModel(als.numbers, { ...alsDefaults, dims: als.dims }),
    contentModel(content.numbers),
    towersModel(towers, { ...towerShape, dims: embed.dims }),
  ];
}

/** Throws as `readModel`. */
export async function openTaste(path = MODEL): Promise<Taste> {
  const file = await readModel(path);
  const { ids, genres, weights } = file.header;
  return new Taste({
    ...{ ids, weights, models: modelsOf(file) },
    genres: genres.map(({ name, titles }) => ({ name, titles: Int32Array.from(titles) })),
  });
}
