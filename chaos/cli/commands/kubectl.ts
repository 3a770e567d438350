/** kubectl of the cluster's own version, pointed at the local cluster. Everything after the name goes to it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DEFAULT_NAME, locate } from '../cluster/locate.ts';
import { command } from '../command.ts';
import { localClusterScript } from '../repository.ts';

export default command({
  summary: 'Run kubectl against the local cluster (made on first use); all arguments go to it.',
  passThrough: true,
  options: {},
  examples: [
    { line: 'faultflix kubectl get pods -A', does: 'all pods' },
    { line: 'faultflix kubectl --name two get nodes', does: 'of the cluster started with --name two' },
    { line: 'faultflix kubectl --kubeconfig FILE get nodes', does: 'of a cluster of your own' },
  ],
  async run({ positionals, env, stop }) {
    const named = positionals[0] === '--name' && positionals[1] !== undefined;
    const args = named ? positionals.slice(2) : positionals;
    const name = named ? positionals[1]! : (env.FAULTFLIX_NAME ?? DEFAULT_NAME);
    const own = args.some((word) => word === '--kubeconfig' || word.startsWith('--kubeconfig='));
    const kubeconfig = own ? undefined : await located(name, named ? undefined : env.KUBECONFIG);
    // With its name, or the cluster's program would take the default one when that is up too.
    const child = spawn(process.execPath, [localClusterScript, 'kubectl', '--name', name, ...args], {
      stdio: 'inherit',
      env: { ...env, ...(kubeconfig ? { KUBECONFIG: kubeconfig } : {}) },
    });
    // A Ctrl-C reaches it by the terminal, and a signal to us alone through this.
    stop.asked.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return exitCode ?? 3;
  },
});

/** The local cluster's kubeconfig; the user's own only when no local cluster is up. */
async function located(name: string, fallback: string | undefined): Promise<string> {
  try {
    return (await locate({ name, kubeconfig: undefined, context: undefined })).kubeconfig;
  } catch (thrown) {
    if (fallback) return fallback;
    throw thrown;
  }
}
