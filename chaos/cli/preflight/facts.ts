/** What is asked of a cluster before anything is applied, what we need of it, and how the two are compared. Types only. */
import type { Manifest } from '../deploy/manifest.ts';

export interface NodeFact {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ready: boolean;
  /** Takes pods that tolerate nothing: not cordoned, no taint that keeps them out, and Linux. */
  readonly schedulable: boolean;
  readonly kubelet: string;
  readonly architecture: string;
  /** Of `status.images`, which lists the 50 largest at most. */
  readonly images: readonly string[];
}

export interface Right {
  readonly verb: string;
  readonly group: string;
  /** `pods`, or `pods/log`. */
  readonly resource: string;
  /** Undefined: in every namespace, or an object of the whole cluster. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** Only something beside the run needs it: what. */
  readonly onlyFor?: string | undefined;
  /** It is not used by us, but given to what we deploy: the API gives nobody more than they have. */
  readonly passedOn?: boolean | undefined;
}

/** An object of the whole cluster that is there already under a name of ours. */
export interface FoundObject {
  readonly kind: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly deleting: boolean;
  /** Of a definition of kinds: the versions that objects are stored in. */
  readonly storedVersions?: readonly string[];
}

export interface ClusterFacts {
  /** As `/version` says: `v1.37.2`. */
  readonly version: string;
  /** Who we are to the cluster; undefined where it does not say. */
  readonly user?: string | undefined;
  readonly nodes: readonly NodeFact[];
  readonly found: readonly FoundObject[];
  /** Rights that we need and do not have. */
  readonly denied: readonly Right[];
  /** Kinds of our manifests that the cluster does not know, as `Kind in group/version`. */
  readonly unknownKinds: readonly string[];
  /** Objects that a dry run was refused, for another reason than rights. */
  readonly refused: ReadonlyArray<{ readonly what: string; readonly why: string }>;
  /** Experiments that run now. */
  readonly running: readonly string[];
  readonly metrics: boolean;
}

export interface Needs {
  readonly manifests: readonly Manifest[];
  /** Regions that something is to run in. */
  readonly regions: readonly string[];
  readonly images: readonly string[];
  /** Versions of each kind that we define. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  /** Architecture of the images, as Kubernetes names it; undefined when they come of a registry. */
  readonly architecture?: string | undefined;
  readonly regionsAsNamespaces: boolean;
  /** `kubectl`, with what points it at this cluster. */
  readonly kubectl: string;
}

export interface Finding {
  readonly what: string;
  readonly todo?: string | undefined;
}

export interface Findings {
  /** Any of these: nothing is applied. */
  readonly refusals: readonly Finding[];
  readonly notes: readonly Finding[];
}
