import { alsDefaults } from '../models/als.ts';
import { contentDefaults } from '../models/content.ts';
import { twoTowerDefaults } from '../models/two-tower.ts';
import { source } from '../movielens/fetch.ts';
import { type Evaluation, K } from './evaluate.ts';
import type { Kin } from './kin.ts';

export interface Spread {
  readonly mean: number;
  /** Standard deviation of a sample; 0 of one. */
  readonly deviation: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}

const methods = ['random', 'popularity', 'content', 'als', 'two-tower', 'blend'];

/** The figures in Markdown, for people. */
export function figures(evaluations: readonly Evaluation[], kin: readonly Kin[]): string {
  const spread = (of: (one: Evaluation) => number) => {
    const { mean, deviation } = spreadOf(evaluations.map(of));
    return `${mean.toFixed(4)} ± ${deviation.toFixed(4)}`;
  };
  const row = (name: string) =>
    `| ${name} | ${spread(({ scores }) => scores[name]!.recall)} | ${spread(({ scores }) => scores[name]!.ndcg)} |`;
  const weights = evaluations.map(
    ({ seed, weights: of, scores }) =>
      `| ${seed} | ${of.als} | ${of.content} | ${of['two-tower']} | ${scores.blend!.recall.toFixed(4)} | ${bestAlone(scores)} |`,
  );
  return [
    `| method | recall@${K} | NDCG@${K} |\n|---|---|---|\n${methods.map(row).join('\n')}`,
    margin(evaluations),
    `| seed | weight of als | of content | of two-tower | recall@${K} of the blend | best alone |\n|---|---|---|---|---|---|\n${weights.join('\n')}`,
    ...kin.map(({ of, neighbours }) => `- **${of}**: ${neighbours.join(', ')}`),
  ].join('\n\n');
}

const alone = methods.filter((name) => name !== 'blend');

function bestAlone(scores: Evaluation['scores']): string {
  const name = alone.reduce((a, b) => (scores[b]!.recall > scores[a]!.recall ? b : a));
  return `${name} ${scores[name]!.recall.toFixed(4)}`;
}

/** How far the blend is ahead of whichever is best alone, and in how many of the seeds. */
function margin(evaluations: readonly Evaluation[]): string {
  const of = (measure: 'recall' | 'ndcg') => {
    const ahead = evaluations.map(
      ({ scores }) => scores.blend![measure] - Math.max(...alone.map((name) => scores[name]![measure])),
    );
    const { mean, deviation } = spreadOf(ahead);
    const won = ahead.filter((by) => by > 0).length;
    return `${mean >= 0 ? '+' : ''}${mean.toFixed(4)} ± ${deviation.toFixed(4)} (ahead in ${won} of ${ahead.length} seeds)`;
  };
  return `The blend less the best of the others, seed by seed: recall ${of('recall')}, NDCG ${of('ndcg')}.`;
}

export function document(evaluations: readonly Evaluation[], kin: readonly Kin[]): string {
  const { dims, memory, negatives, epochs } = twoTowerDefaults;
  return `# Recommendations

Written by \`npm run data && npm run train -- --only movielens --write\`; changes by hand are lost. How the service uses the models:
\`platform/services/recommendations/README.md\`.

## What is measured

MovieLens small as \`${source.requirement.replace('==', ' ')}\` carries it (F. M. Harper and J. A. Konstan, The MovieLens Datasets, 2015):
100,004 ratings of 9,066 films by ${evaluations[0]!.people} people. A rating counts as having watched, whatever its stars. Leave-last-out by time: models
learn from all but each person's last two films; the weights of the blend are chosen on the last but one, by NDCG, in steps of a
tenth; the last is looked at once, in the end. All films that the person had not watched are ranked, none is sampled away; a
film with the same score counts as better. Mean and standard deviation over ${evaluations.length} seeds: a seed is other starts of the models, other
drawn negatives and another order; the people and the films are the same, so the spread says nothing of other people.

- **als**: implicit feedback by alternating least squares (Hu, Koren, Volinsky 2008), ${alsDefaults.dims} dimensions, ${alsDefaults.sweeps} sweeps.
- **content**: genres, decade and words of the title by TF-IDF on ${contentDefaults.dims} random directions.
- **two-tower**: the latest ${memory} films through one hidden layer, ${dims} dimensions, sampled softmax with ${negatives} negatives, ${epochs} epochs of
  Adagrad; it alone knows the order in which films were watched.
- **blend**: the three, each standardised over all films.

## Figures

${figures(evaluations, kin.slice(0, 0))}

People rate many films in one sitting, in the order in which the site offers them, so part of what the two towers learn may be that
order rather than taste. The content model knows a few genres, a decade and the words of a title: too little to rank 9,066 films
alone, but it is what there is of titles that nobody has watched yet.

## Neighbours

The nearest films by cosine, the models weighed as the service weighs them for "More like this" and "Because you watched";
films that at least 20 people rated, models of the first seed.

${kin.map(({ of, neighbours }) => `- **${of}**: ${neighbours.join(', ')}`).join('\n')}
`;
}
