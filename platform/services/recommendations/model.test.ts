/** The model that is committed: that it is of the catalogue that is committed, and of the settings that are in the code. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openTitles } from '#platform/stores/titles/open.ts';
import { recipeOf, sha256, shipDefaults, shipModel, shippedContent } from './audience/ship.ts';
import { decodeModel, encodeModel, type ModelFile, readModel } from './model-file.ts';
import { best } from './models/blend.ts';
import { MODEL, openTaste } from './open-taste.ts';

const catalogue = join(import.meta.dirname, '../catalog');
const TITLES = join(catalogue, 'titles.pack.zst');

describe('the model that is shipped', () => {
  let model: ModelFile;
  before(async () => {
    model = await readModel(MODEL);
  });

  it('is of the catalogue and the settings as they are: else `npm run train -- --only model`', async () => {
    const { catalogue: of, recipe, seed, ids } = model.header;
    assert.equal(of, sha256(await readFile(TITLES)), 'npm run train -- --only model');
    assert.equal(recipe, recipeOf(seed), 'npm run train -- --only model');
    assert.equal(seed, shipDefaults.seed);
    assert.equal(ids.length, 5_000);
  });

  it('has the very content vectors that its generator makes', async () => {
    const made = await shippedContent(TITLES, shipDefaults.seed);
    const { numbers, dims } = model.sections.content;
    assert.equal(numbers.length, made.length);
    for (let at = 0; at < made.length; at += dims) {
      const most = Math.max(...made.subarray(at, at + dims).map(Math.abs));
      for (let d = at; d < at + dims; d++)
        assert.ok(Math.abs(numbers[d]! - made[d]!) <= most / 250, `number ${d}: ${numbers[d]}, made ${made[d]}`);
    }
  });

  it('finds kin: four of five that are like a title share a genre with it, which one in four of all do', async () => {
    const taste = await openTaste();
    const store = await openTitles(TITLES);
    const { titles } = await store.list({ limit: taste.size });
    await store.close();
    let shared = 0;
    let all = 0;
    for (let title = 0; title < titles.length; title += 100)
      for (const other of best(taste.likeTitle(title), { count: 10, without: new Set([title]) })) {
        all++;
        if (titles[other]!.genres.some((genre) => titles[title]!.genres.includes(genre))) shared++;
      }
    assert.ok(shared / all > 0.8, `${shared} of ${all}`);
    const pairs = titles.filter(({ genres }, n) =>
      genres.some((genre) => titles[(n * 7 + 3) % titles.length]!.genres.includes(genre)),
    );
    assert.ok(pairs.length / titles.length < 0.33, `${pairs.length} of ${titles.length} by chance`);
  });
});

describe('a model file', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'faultflix-model-'));
  });
  after(() => rm(folder, { recursive: true }));
  const small = () => shipModel({ titles: join(catalogue, 'titles.json'), seed: 'x', viewers: 30 });

  it('is the same from the same titles and seed, and what is read is what was made, to a rounding', async () => {
    const made = await small();
    const bytes = encodeModel(made);
    assert.ok(encodeModel(await small()).equals(bytes));
    const read = decodeModel(bytes);
    assert.deepEqual(read.header, made.header);
    for (const [name, { numbers, dims }] of Object.entries(made.sections)) {
      const back = read.sections[name as 'als'];
      assert.equal(back.dims, dims);
      for (const [at, number] of numbers.entries()) assert.ok(Math.abs(back.numbers[at]! - number) < 0.05, name);
    }
    assert.ok(encodeModel(read).length > 0);
  });

  it('is refused when it is cut short, is another file, or is not there', async () => {
    const path = join(folder, 'model.zst');
    const bytes = encodeModel(await small());
    for (const bad of [bytes.subarray(0, bytes.length - 100), Buffer.from('{}\n'), Buffer.alloc(0)]) {
      await writeFile(path, bad);
      await assert.rejects(readModel(path), { code: 'bad-input' });
    }
    await assert.rejects(readModel(join(folder, 'none')), { code: 'could-not-run' });
  });
});
