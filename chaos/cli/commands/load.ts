/** Viewers against a cluster that is up, without an experiment: what they see, line by line, until their time is over. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { durationMs } from '#base/duration.ts';
import { FaultflixError } from '#base/errors.ts';
import { clusterOptions } from '../cluster/locate.ts';
import { onCluster } from '../cluster/on-cluster.ts';
import { command } from '../command.ts';
import { driveLoad } from '../load/drive.ts';
import { repository } from '../repository.ts';
import { wholeNumber } from '../run/scenario.ts';

export default command({
  summary: 'Drive viewers against a cluster that is up, and show what they see.',
  positionals: ['[SCRIPT]'],
  options: {
    viewers: { type: 'string', value: 'NUMBER', help: 'how many at once (default: 20)' },
    duration: { type: 'string', value: 'TIME', help: 'how long, such as 90s or 2m (default: 60s)' },
    'ramp-up': { type: 'string', value: 'TIME', help: 'over which they come, within the duration (default: 5s)' },
    seed: { type: 'string', value: 'NUMBER', help: 'the same seed makes the same viewers (default: 1)' },
    ...clusterOptions,
  },
  examples: [
    { line: 'faultflix load', does: '20 viewers who watch for a minute; a line each 2 s' },
    { line: 'faultflix load sign-up-burst.ts --viewers 6 --duration 2m', does: 'new accounts, cards and bills' },
    { line: 'faultflix load prefetch-storm.ts --viewers 50 --json', does: 'JSON lines, the summary last' },
  ],
  async run({ options, positionals: [script = 'viewer.ts'], out, clock, stop }) {
    checkScript(script);
    const viewers = wholeNumber('--viewers', options.viewers, { min: 1, max: 100_000 }) ?? 20;
    const seed = wholeNumber('--seed', options.seed, { min: 0, max: 0xffff_ffff }) ?? 1;
    const rampUp = options['ramp-up'] ?? '5s';
    durationMs(rampUp, '--ramp-up');
    const load = { script, viewers, rampUp };
    const wanted = { load, seed, durationMs: durationMs(options.duration ?? '60s', '--duration') };
    return onCluster(options, (cluster) => driveLoad({ cluster, wanted, out, clock, stop }));
  },
});

/** Scripts are files of the image: what is not there is refused before anything is made. */
function checkScript(script: string): void {
  const folder = join(repository, 'scenarios', 'load');
  const scripts = readdirSync(folder).filter((name) => /^[a-z-]+\.(ts|js)$/.test(name) && !NO_SCRIPTS.has(name));
  if (scripts.includes(script)) return;
  throw new FaultflixError('bad-input', `no such script: ${script}`, {
    where: 'SCRIPT',
    expected: `one of ${scripts.join(', ')}`,
    received: script,
  });
}

/** The program that runs scripts, beside them. */
const NO_SCRIPTS: ReadonlySet<string> = new Set(['run.ts', 'drive.ts', 'settings.ts', 'stream.ts']);
