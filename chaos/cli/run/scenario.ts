/** A scenario file as the Experiment that will be applied: checked, with the command line's wishes in it. */
import { FaultflixError } from '#base/errors.ts';
import { CHAOS_NAMESPACE } from '#base/names.ts';
import type { Experiment } from '../../engine/experiment.ts';
import { nearest } from '../../engine/nearest.ts';
import { readExperiment } from '../../engine/parse.ts';
import type { OptionTable, OptionValues } from '../command.ts';

export const scenarioOptions = {
  seed: {
    type: 'string',
    value: 'NUMBER',
    help: 'another seed than the file has: victims, timing and jitter come from it',
  },
  viewers: { type: 'string', value: 'NUMBER', help: 'another number of viewers than the file has' },
} as const satisfies OptionTable;

export interface Scenario {
  readonly file: string;
  readonly experiment: Experiment;
}

/** Throws `bad-input` for whatever is wrong with the file or the options. */
export async function readScenario(file: string, options: OptionValues<typeof scenarioOptions>): Promise<Scenario> {
  const experiment = await readExperiment(file);
  const { namespace = CHAOS_NAMESPACE } = experiment.metadata;
  if (namespace !== CHAOS_NAMESPACE) {
    throw new FaultflixError('bad-input', 'an Experiment of another namespace', {
      where: `${file}:metadata.namespace`,
      expected: CHAOS_NAMESPACE,
      received: namespace,
      todo: 'leave the field out',
    });
  }
  const seed = wholeNumber('--seed', options.seed, { min: 0, max: 0xffff_ffff });
  const viewers = wholeNumber('--viewers', options.viewers, { min: 1, max: 100_000 });
  const { spec } = experiment;
  if (viewers !== undefined && !spec.load) {
    throw new FaultflixError('bad-input', 'this scenario has no viewers', {
      where: `${file}:spec.load`,
      expected: 'a load, when --viewers is given',
      received: 'none',
    });
  }
  return {
    file,
    experiment: {
      ...experiment,
      metadata: { ...experiment.metadata, namespace },
      spec: {
        ...spec,
        ...(seed === undefined ? {} : { seed }),
        ...(viewers === undefined || !spec.load ? {} : { load: { ...spec.load, viewers } }),
      },
    },
  };
}

export function wholeNumber(
  where: string,
  text: string | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new FaultflixError('bad-input', 'not a number that fits', {
    where,
    expected: `a whole number from ${min} to ${max}`,
    received: text,
  });
}

/** A service that is deployed, and where. */
export interface Deployed {
  readonly service: string;
  readonly namespace: string;
}

/**
 * Refuses selectors that can match nothing on this platform. That a service is deployed and yet has no pod to hit is
 * another thing: that is found at run time and makes the run inconclusive.
 */
export function checkTargets({ file, experiment }: Scenario, deployed: readonly Deployed[]): void {
  const services = [...new Set(deployed.map(({ service }) => service))].sort();
  experiment.spec.method.forEach(({ target: { service, regions } }, index) => {
    const where = `${file}:spec.method[${index}].target`;
    const homes = deployed.filter((each) => each.service === service).map(({ namespace }) => namespace);
    if (homes.length === 0) {
      const near = nearest(service, services);
      throw new FaultflixError('bad-input', `the target matches nothing: no service ${service}`, {
        where: `${where}.service`,
        expected: `one of ${services.join(', ')}`,
        received: service,
        ...(near ? { todo: `did you mean ${near}?` } : {}),
      });
    }
    const empty = regions?.find((region) => !homes.includes(region));
    if (empty === undefined) return;
    throw new FaultflixError('bad-input', `the target matches nothing in ${empty}: ${service} does not run there`, {
      where: `${where}.regions`,
      expected: `any of ${[...new Set(homes)].join(', ')}`,
      received: empty,
    });
  });
}
