/** The model that the service ships: of a catalogue's file and an audience invented for it. The same from the same. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FaultflixError } from '#base/errors.ts';
import { seededRng } from '#base/rng.ts';
import { openTitles } from '#platform/stores/titles/open.ts';
import type { ListedTitle } from '#platform/stores/titles.ts';
import { bestWeights, casesOf } from '../evaluate/evaluate.ts';
import type { ModelFile } from '../model-file.ts';
import { alsDefaults } from '../models/als.ts';
import { contentDefaults, trainContent } from '../models/content.ts';
import type { Dataset } from '../models/dataset.ts';
import { type OnProgress, trainModels } from '../models/train.ts';
import { twoTowerDefaults } from '../models/two-tower.ts';
import { KIN_WEIGHTS } from '../taste.ts';
import { type AudienceOptions, audienceDefaults, inventAudience } from './audience.ts';
import { featuresOf } from './features.ts';

export const shipDefaults = { seed: 'faultflix' } as const;
/** Beyond, training by one process would take hours, and the file would be no small one. */
export const MOST_TITLES = 20_000;
/** Viewers after which it is said how many there are, and it is seen whether it should stop. */
const TOLD = 200;
/** Viewers by whom the weights are chosen. */
const JUDGES = 600;

export interface ShipOptions {
  /** A file of titles. */
  readonly titles: string;
  readonly seed: string;
  readonly viewers?: number;
  readonly onProgress?: OnProgress;
}

export async function shipModel(options: ShipOptions): Promise<ModelFile> {
  const { titles: path, seed, viewers = audienceDefaults.viewers, onProgress } = options;
  const titles = await titlesOf(path);
  const rng = seededRng(seed);
  await onProgress?.('audience');
  const audience = { ...audienceDefaults, viewers };
  const sequences: Int32Array[] = [];
  for (const sequence of inventAudience(titles, rng.fork('audience'), audience)) {
    if (sequence.length >= 3) sequences.push(sequence);
    if (sequences.length % TOLD === 0) await onProgress?.(`audience, ${sequences.length} viewers`);
  }
  const known: Dataset = {
    items: titles.length,
    sequences: sequences.map((sequence) => sequence.slice(0, -1)),
    features: titles.map(featuresOf),
  };
  const [als, content, { model: towers }] = await trainModels(known, rng.fork('models'), { onProgress });
  await onProgress?.('weights');
  const person = bestWeights([als.model, content.model, towers], casesOf(sequences, 1).slice(0, JUDGES));
  const { embed, layer, out } = towers.towers;
  const { dims } = twoTowerDefaults;
  return {
    header: {
      ...{ seed, catalogue: sha256(await readFile(path)), recipe: recipeOf(seed, audience) },
      ...{
        ids: titles.map(({ id }) => id),
        genres: genresOf(titles),
        weights: { person: [...person], kin: [...KIN_WEIGHTS] },
      },
    },
    sections: {
      content: { dims: content.model.dims, numbers: content.model.vectors },
      als: { dims: als.model.dims, numbers: als.model.vectors },
      embed: { dims, numbers: embed },
      layer: { dims: dims + 1, numbers: layer },
      out: { dims: dims + 1, numbers: out },
    },
  };
}

/** The content model alone, which a test makes again. */
export async function shippedContent(path: string, seed: string): Promise<Float32Array> {
  const titles = await titlesOf(path);
  const rng = seededRng(seed).fork('models').fork('content');
  return trainContent({ items: titles.length, features: titles.map(featuresOf) }, rng).vectors;
}

export const recipeOf = (seed: string, audience: AudienceOptions = audienceDefaults): string =>
  sha256(JSON.stringify({ seed, audience, alsDefaults, contentDefaults, twoTowerDefaults, KIN: KIN_WEIGHTS, JUDGES }));

export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** In order of popularity. */
async function titlesOf(path: string): Promise<ListedTitle[]> {
  const store = await openTitles(path);
  try {
    if (store.size > MOST_TITLES)
      throw new FaultflixError('bad-input', 'too many titles for one model', {
        ...{ where: path, expected: `${MOST_TITLES} at most`, received: `${store.size}` },
      });
    return [...(await store.list({ limit: store.size })).titles];
  } finally {
    await store.close();
  }
}

/** The largest first. */
function genresOf(titles: readonly ListedTitle[]): { name: string; titles: number[] }[] {
  const byGenre = new Map<string, number[]>();
  for (const [i, { genres }] of titles.entries())
    for (const genre of genres) {
      const of = byGenre.get(genre);
      if (of === undefined) byGenre.set(genre, [i]);
      else of.push(i);
    }
  return [...byGenre]
    .map(([name, of]) => ({ name, titles: of }))
    .sort((a, b) => b.titles.length - a.titles.length || (a.name < b.name ? -1 : 1));
}
