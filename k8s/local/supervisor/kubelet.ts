import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';

export const repositoryRoot = join(import.meta.dirname, '..', '..', '..');
const MAIN = join(repositoryRoot, 'k8s/local/kubelet/main.ts');

export interface KubeletArguments {
  readonly kubeconfig: string;
  readonly stateDir: string;
  readonly binDir: string;
}

/** The command that plays all nodes; its contract: docs/architecture.md, "Processes of npm start". */
export function kubeletArgs({ kubeconfig, stateDir, binDir }: KubeletArguments): string[] {
  if (!existsSync(MAIN)) throw new FaultflixError('could-not-run', 'the kubelet is missing', { where: MAIN });
  return [MAIN, '--kubeconfig', kubeconfig, '--state-dir', stateDir, '--bin-dir', binDir];
}

/** The nodes of its `{"type":"ready","nodes":[…]}` line; undefined for any other line. */
export function nodesOf(line: string): readonly string[] | undefined {
  try {
    const value = JSON.parse(line) as { type?: unknown; nodes?: unknown };
    if (value?.type !== 'ready' || !Array.isArray(value.nodes)) return undefined;
    return value.nodes.map((node) => (typeof node === 'string' ? node : String(node?.name)));
  } catch {
    return undefined; // a line that is not ours
  }
}
