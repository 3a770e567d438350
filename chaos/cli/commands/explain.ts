/** A scenario in words: what will be done, when, to whom, and what is expected. Nothing is run. */
import { command } from '../command.ts';
import { readScenario, scenarioOptions } from '../run/scenario.ts';

export default command({
  summary: 'Check a scenario file and say in words what it would do; nothing is run.',
  positionals: ['FILE'],
  options: { ...scenarioOptions },
  examples: [{ line: 'faultflix explain scenarios/first-light.yaml', does: 'the timeline and the expectations' }],
  async run({ options, positionals: [file], out }) {
    const { experiment } = await readScenario(file!, options);
    const { spec, metadata } = experiment;
    out.emit({ type: 'experiment', ...experiment });
    const { style } = out.terminal;
    out.print(style('strong', `${metadata.name}: ${spec.title}`));
    if (spec.teaches) out.print(spec.teaches.trim());
    if (spec.guard) out.print(`It proves the guard ${spec.guard}.`);
    out.print(
      `Seed ${spec.seed}. ${spec.load ? `${spec.load.viewers} viewers by ${spec.load.script}, coming within ${spec.load.rampUp}.` : 'No viewers.'}`,
    );
    out.print();
    out.print(`baseline  ${spec.baseline}`);
    for (const { at, duration, fault, with: settings, target } of spec.method) {
      const { service, regions, count = 1, percentage, per } = target;
      const amount = percentage === undefined ? `${count} pod${count === 1 ? '' : 's'}` : `${percentage} % of the pods`;
      const where = `${per === 'region' ? 'in each of' : 'in'} ${regions?.join(', ') ?? 'any region'}`;
      out.print(
        `at ${at.padEnd(6)} ${fault} ${JSON.stringify(settings)} on ${amount} of ${service} ${where}${duration ? `, for ${duration}` : ''}`,
      );
    }
    out.print(`recovery  at most ${spec.recovery}`);
    out.print();
    for (const { measure, ...limits } of spec.steadyState) out.print(`expects   ${measure} ${JSON.stringify(limits)}`);
    for (const { measure, for: span, ...limits } of spec.abort) {
      out.print(`aborts    when ${measure} is beyond ${JSON.stringify(limits)} for ${span}`);
    }
    out.print(
      `at most   ${spec.blastRadius.maxPods} pods, ${spec.blastRadius.maxRatioOfService * 100} % of a service in a region`,
    );
    return 0;
  },
});
