import type { Rng } from '#base/rng.ts';
import { trainAls } from './als.ts';
import { trainContent } from './content.ts';
import type { Dataset, ItemModel } from './dataset.ts';
import type { Towers } from './towers.ts';
import { trainTwoTower, twoTowerDefaults } from './two-tower.ts';

export interface Named {
  readonly name: 'als' | 'content' | 'two-tower';
  readonly model: ItemModel;
}

export type OnProgress = (what: string) => void | Promise<void>;

export interface TrainOptions {
  /** Before each step, which waits for it; what it throws ends the training. */
  readonly onProgress?: OnProgress | undefined;
}

/** The three models of a blend, each from a stream of chance of its own. */
export async function trainModels(
  data: Dataset,
  rng: Rng,
  { onProgress }: TrainOptions = {},
): Promise<readonly [Named, Named, Named & { readonly model: { readonly towers: Towers } }]> {
  await onProgress?.('als');
  const als = trainAls(data, rng.fork('als'));
  await onProgress?.('content');
  const content = trainContent(data, rng.fork('content'));
  const onEpoch = (epoch: number, loss: number) =>
    onProgress?.(`two-tower ${epoch + 1}/${twoTowerDefaults.epochs}, loss ${loss.toFixed(2)}`);
  const towers = await trainTwoTower(data, rng.fork('two-tower'), twoTowerDefaults, { onEpoch });
  return [
    { name: 'als', model: als },
    { name: 'content', model: content },
    { name: 'two-tower', model: towers },
  ];
}
