/** Whether what has a name of ours on the cluster is ours. Pure. */
import { labels } from '#base/names.ts';
import type { ClusterFacts, Finding, Findings, Needs } from './facts.ts';

export function checkOwnership(
  { found, running }: Pick<ClusterFacts, 'found' | 'running'>,
  { kubectl, versions }: Pick<Needs, 'kubectl' | 'versions'>,
): Findings {
  const refusals: Finding[] = [];
  for (const { kind, name, labels: has, deleting, storedVersions = [] } of found) {
    const object = `${kind.toLowerCase()} ${name}`;
    if (has[labels.partOf] !== 'faultflix') {
      const labelled = Object.entries(has).map(([key, value]) => `${key}=${value}`);
      refusals.push({
        what: `the ${kind} ${name} is there and not ours (labels: ${labelled.join(', ') || 'none'})`,
        todo: `choose another cluster; or, when it may be used, and deleted by \`faultflix uninstall\`: ${kubectl} label ${object} ${labels.partOf}=faultflix`,
      });
    } else if (deleting) {
      refusals.push({
        what: `the ${kind} ${name} is being deleted`,
        todo: `wait for its end: ${kubectl} wait --for=delete ${object} --timeout=120s`,
      });
    }
    const unknown = storedVersions.filter((version) => !(versions[name] ?? []).includes(version));
    if (unknown.length > 0) {
      refusals.push({
        what: `the ${kind} ${name} keeps objects as ${unknown.join(', ')}, which this version does not know`,
        todo: `use the version of Faultflix that made it, or take that off first: faultflix uninstall`,
      });
    }
  }
  if (running.length > 0) {
    refusals.push({
      what: `an experiment runs: ${running.join(', ')}`,
      todo: `wait for its end, or end it: ${kubectl} -n chaos annotate experiment ${running[0]} faultflix.dev/abort=asked`,
    });
  }
  return { refusals, notes: [] };
}
