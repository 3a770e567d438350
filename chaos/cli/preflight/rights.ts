/** Which rights a deployment and a run need, and how those that lack are told. Pure. */
import { API_GROUP, CHAOS_NAMESPACE } from '#base/names.ts';
import type { Manifest } from '../deploy/manifest.ts';
import { servingNamespaces } from '../deploy/secrets.ts';
import type { ClusterFacts, Finding, Findings, Needs, Right } from './facts.ts';

/** Where the API keeps the kind of a manifest. */
export interface Kept {
  readonly group: string;
  readonly resource: string;
  readonly namespaced: boolean;
}

/** Server-side apply is a patch, and a create where nothing is yet. */
const APPLY = ['create', 'patch'] as const;

/** The rights to apply these manifests, and to deploy, run, follow, heal and take away what they make. */
export function rightsNeeded(
  manifests: readonly Manifest[],
  keptOf: (manifest: Manifest) => Kept | undefined,
): Right[] {
  const applying = manifests.flatMap((manifest) => {
    const kept = keptOf(manifest);
    if (!kept) return [];
    const namespace = kept.namespaced ? manifest.metadata.namespace : undefined;
    const { group, resource } = kept;
    return [...APPLY, 'get'].map((verb): Right => ({ verb, group, resource, namespace }));
  });
  const secrets = [...servingNamespaces, CHAOS_NAMESPACE].flatMap((namespace) =>
    [...APPLY, 'get'].map((verb): Right => ({ verb, group: '', resource: 'secrets', namespace })),
  );
  const watching = ['deployments', 'daemonsets'].flatMap((resource) =>
    ['list', 'watch'].map((verb): Right => ({ verb, group: 'apps', resource })),
  );
  const running: readonly Right[] = [
    ...['create', 'get', 'list', 'watch', 'patch'].map((verb) => ({
      verb,
      group: API_GROUP,
      resource: 'experiments',
      namespace: CHAOS_NAMESPACE,
    })),
    { verb: 'get', group: '', resource: 'pods', namespace: CHAOS_NAMESPACE },
    { verb: 'get', group: '', resource: 'pods/log', namespace: CHAOS_NAMESPACE },
    // While it waits for pods.
    { verb: 'list', group: '', resource: 'pods' },
    { verb: 'list', group: '', resource: 'nodes' },
    ...['list', 'watch'].map((verb) => ({
      verb,
      group: 'apiextensions.k8s.io',
      resource: 'customresourcedefinitions',
    })),
  ];
  const beside: readonly Right[] = [
    // An exec over WebSocket is a GET; since 1.35 the API wants `create` for it as well.
    ...['create', 'get'].map((verb) => ({
      verb,
      group: '',
      resource: 'pods/exec',
      namespace: CHAOS_NAMESPACE,
      onlyFor: 'faultflix heal',
    })),
    { verb: 'delete', group: '', resource: 'namespaces', onlyFor: 'faultflix uninstall' },
  ];
  return once([...applying, ...secrets, ...watching, ...running, ...beside]);
}

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** What the roles of the manifests give to others. Who may not `escalate` and `bind` must hold all of it. */
export function rightsPassedOn(manifests: readonly Manifest[]): Right[] {
  const roles = manifests.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole');
  const all = roles.flatMap(({ metadata: { namespace }, rules }) =>
    ((rules ?? []) as readonly Rule[]).flatMap(
      ({ apiGroups = [], resources = [], resourceNames = [undefined], verbs }) =>
        apiGroups.flatMap((group) =>
          resources.flatMap((resource) =>
            resourceNames.flatMap((name) =>
              verbs.map((verb): Right => ({ verb, group, resource, namespace, name, passedOn: true })),
            ),
          ),
        ),
    ),
  );
  return once(all);
}

const once = (rights: readonly Right[]): Right[] => [
  ...new Map(rights.map((right) => [JSON.stringify(right), right])).values(),
];

export function checkRights(
  { denied, user }: Pick<ClusterFacts, 'denied' | 'user'>,
  { kubectl }: Pick<Needs, 'kubectl'>,
): Findings {
  const lacking = denied.filter(({ onlyFor }) => !onlyFor);
  const beside = denied.filter(({ onlyFor }) => onlyFor);
  const who = user ?? 'this user';
  const notes = [...new Set(beside.map(({ onlyFor }) => onlyFor!))].map((onlyFor) => ({
    what: `\`${onlyFor}\` will not work: ${who} may not ${told(beside.filter((right) => right.onlyFor === onlyFor)).join('; ')}`,
  }));
  if (lacking.length === 0) return { refusals: [], notes };
  const own = told(lacking.filter(({ passedOn }) => !passedOn));
  const passed = told(lacking.filter(({ passedOn }) => passedOn));
  const subject = user?.startsWith('system:serviceaccount:')
    ? `--serviceaccount=${user.slice('system:serviceaccount:'.length)}`
    : `--user=${user ?? 'NAME'}`;
  const todo = `let somebody who may give them, all at once by: ${kubectl} create clusterrolebinding faultflix-deployer --clusterrole=cluster-admin ${subject}`;
  const listed = (rights: readonly string[]) => rights.map((right) => `\n  ${right}`).join('');
  const refusals: Finding[] = [];
  if (own.length > 0) refusals.push({ what: `${who} may not${listed(own)}`, todo });
  if (passed.length > 0) {
    refusals.push({
      what: `${who} may not give our service accounts, for lack of it, the right to${listed(passed)}`,
      todo,
    });
  }
  return { refusals, notes };
}

/** Rights in few words: those that differ in the verb or the namespace alone are told together. */
export function told(rights: readonly Right[]): string[] {
  const verbs = new Map<string, { right: Right; verbs: string[] }>();
  for (const right of rights) {
    const key = [right.resource, right.group, right.namespace, right.name].join('\n');
    const entry = verbs.get(key) ?? { right, verbs: [] };
    entry.verbs.push(right.verb);
    verbs.set(key, entry);
  }
  const lines = new Map<string, string[]>();
  for (const { right, verbs: of } of verbs.values()) {
    const name = right.name ? ` ${right.name}` : '';
    const line = `${of.sort().join(', ')} ${right.resource}${right.group ? `.${right.group}` : ''}${name}`;
    lines.set(line, [...(lines.get(line) ?? []), ...(right.namespace ? [right.namespace] : [])]);
  }
  return [...lines].map(
    ([line, namespaces]) => `${line}${namespaces.length > 0 ? ` in ${namespaces.join(', ')}` : ''}`,
  );
}
