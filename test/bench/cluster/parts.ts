/** The processes of a local cluster, by what they are for. */
import { readdirSync, readFileSync } from 'node:fs';

export interface PartProcess {
  readonly pid: string;
  readonly part: string;
}

function partOf(commandLine: string): string {
  const service = /platform\/services\/([a-z-]+)\/main/.exec(commandLine)?.[1];
  if (service) return `platform: ${service}`;
  if (commandLine.includes('toxiproxy-server')) return 'platform: Toxiproxy';
  if (commandLine.includes('chaos/controller')) return 'chaos: controller';
  if (commandLine.includes('chaos/warden')) return 'chaos: warden';
  if (commandLine.includes('scenarios/load')) return 'viewers';
  if (commandLine.includes('k8s/local/kubelet')) return 'kubelet';
  if (/\/etcd --name=(?!local )/.test(commandLine)) return 'platform: store (etcd)';
  if (/\/(etcd|kube-[a-z-]+)\s/.test(commandLine)) return 'control plane';
  return 'the rest (supervisor, wrappers)';
}

export function processesOf(stateDir: string): readonly PartProcess[] {
  const found: PartProcess[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      if (environment.includes(stateDir) || commandLine.includes(stateDir))
        found.push({ pid, part: partOf(commandLine) });
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

/** Adds up `figureOf` by part; a process without a figure has ended. */
export function byPart(
  processes: readonly PartProcess[],
  figureOf: (pid: string) => number | undefined,
): Map<string, number> {
  const parts = new Map<string, number>();
  for (const { pid, part } of processes) {
    const figure = figureOf(pid);
    if (figure !== undefined) parts.set(part, (parts.get(part) ?? 0) + figure);
  }
  return parts;
}
