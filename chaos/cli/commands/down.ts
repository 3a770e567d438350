/** Ends a local cluster, also one whose supervisor died, and whatever it left. */
import { checkChoice, DEFAULT_NAME } from '../cluster/locate.ts';
import { sweep } from '../cluster/supervisor.ts';
import { command } from '../command.ts';
import { step } from '../terminal/step.ts';

export default command({
  summary: 'End a local cluster, its nodes real or not, and whatever it left; also after a kill -9.',
  options: { name: { type: 'string', value: 'NAME', help: 'the local cluster of this name (default: default)' } },
  examples: [
    { line: 'faultflix down', does: 'the local cluster' },
    { line: 'faultflix down --name two', does: 'the one started with --name two' },
    { line: 'faultflix uninstall --kubeconfig FILE', does: 'instead, on a cluster of your own' },
  ],
  async run({ options, out, clock }) {
    checkChoice({ ...options, kubeconfig: undefined, context: undefined });
    const name = options.name ?? DEFAULT_NAME;
    await step({ terminal: out.terminal, clock, name: `ending the cluster ${name}` }, async () => {
      await sweep(name);
      return { said: 'nothing of it is left', value: undefined };
    });
    out.emit({ type: 'down', name });
    return 0;
  },
});
