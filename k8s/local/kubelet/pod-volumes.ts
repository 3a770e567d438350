import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import type { V1Volume } from '@kubernetes/client-node';
import { FaultflixError, messageOf } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { environmentOf } from './env/environment.ts';
import { log } from './log.ts';
import type { DataKind, DataObjects } from './objects.ts';
import type { PodFolder } from './pod-folder.ts';
import { PodTokens } from './tokens.ts';
import { type Container, containersOf, type DataObject, nameOf, type Pod } from './types.ts';
import { writeAtomically } from './volumes/atomic-writer.ts';
import { contentOf, isContent, objectsOf, tokensOf } from './volumes/content.ts';
import { mountAll, prepareHostPath } from './volumes/mounts.ts';
import { writeNetworkFiles } from './volumes/network-files.ts';

export interface VolumeDeps {
  readonly http: KubeHttp;
  readonly objects: DataObjects;
  readonly now: () => number;
}

interface Context {
  readonly pod: () => Pod;
  readonly podIp: string;
  readonly hostIp: string;
  readonly allocatable: Readonly<Record<string, string>>;
}

/** How often volumes are looked at though no event asked for it: tokens that are due. */
const LOOK_MS = 30_000;

/** The volumes of one pod, and the environment that comes from the same sources. */
export class PodVolumes {
  readonly #context: Context;
  readonly #folder: PodFolder;
  readonly #deps: VolumeDeps;
  readonly #tokens: PodTokens;
  readonly #immutable = new Map<string, DataObject>();
  #paths = new Map<string, { path: string; live: boolean }>();
  #timer: NodeJS.Timeout | undefined;
  #refreshing: Promise<void> | undefined;
  #closed = false;

  constructor(context: Context, folder: PodFolder, deps: VolumeDeps) {
    this.#context = context;
    this.#folder = folder;
    this.#deps = deps;
    this.#tokens = new PodTokens(deps.http);
    for (const volume of this.#volumes) this.#paths.set(volume.name, this.#place(volume));
  }

  /** Gets and writes everything. Throws when something that is not optional is missing. */
  async prepare(): Promise<void> {
    const pod = this.#context.pod();
    const wanted = this.#references(pod);
    const tokens = this.#volumes.flatMap(tokensOf);
    const { namespace } = pod.metadata;
    await Promise.all([
      ...wanted.map(({ kind, name }) => this.#deps.objects.fetch(kind, namespace, name)),
      this.#tokens.ensure(pod, tokens, this.#deps.now()),
    ]);
    for (const volume of this.#volumes) {
      try {
        this.#setUp(volume);
      } catch (cause) {
        const message = `MountVolume.SetUp failed for volume "${volume.name}" : ${messageOf(cause)}`;
        throw new FaultflixError('could-not-run', message, { cause });
      }
    }
    this.#arm();
  }

  #setUp(volume: V1Volume): void {
    if (volume.hostPath) prepareHostPath(volume.hostPath);
    else if (isContent(volume)) this.#write(volume);
    else if (volume.emptyDir || volume.ephemeral) this.#makeEmpty(this.#folder.volume(volume.name));
    else throw new Error('of a kind that the local cluster does not have');
  }

  /** Everybody may write to it; the pod's group may as well, and what is made in it is of the group too. */
  #makeEmpty(path: string): void {
    mkdirSync(path, { recursive: true });
    const group = this.#group;
    if (group !== undefined) chownSync(path, -1, group);
    chmodSync(path, group === undefined ? 0o777 : 0o2777);
  }

  /** fsGroup, which only root can give files to. */
  get #group(): number | undefined {
    return process.getuid?.() === 0 ? this.#context.pod().spec.securityContext?.fsGroup : undefined;
  }

  /** Writes content volumes again from what is known now. Trouble leaves the files as they are. */
  refresh(): void {
    if (this.#closed || this.#refreshing) return;
    this.#refreshing = this.#refresh().finally(() => {
      this.#refreshing = undefined;
      this.#arm();
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Whether this ConfigMap or Secret (`<kind>/<namespace>/<name>`) concerns the pod. */
  concerns(key: string): boolean {
    const pod = this.#context.pod();
    return this.#references(pod).some(({ kind, name }) => key === `${kind}/${pod.metadata.namespace}/${name}`);
  }

  environment(container: Container, base: Readonly<Record<string, string>>): Record<string, string> {
    return environmentOf(container, { ...this.#fields(), find: this.#find }, base);
  }

  mount(container: Container, env: Readonly<Record<string, string>>): void {
    const { pod, podIp } = this.#context;
    const furnish = (root: string) => writeNetworkFiles(root, pod(), podIp);
    mountAll(container, { root: this.#folder.root(container.name), volumes: this.#paths, env, furnish });
  }

  /** emptyDir volumes with the folder of each, for their size limits. */
  emptyDirs(): { readonly volume: V1Volume; readonly path: string }[] {
    return this.#volumes
      .filter((volume) => volume.emptyDir)
      .map((volume) => ({ volume, path: this.#folder.volume(volume.name) }));
  }

  get #volumes(): V1Volume[] {
    return this.#context.pod().spec.volumes ?? [];
  }

  #fields() {
    const { podIp, hostIp, allocatable } = this.#context;
    return { pod: this.#context.pod(), podIp, hostIp, allocatable };
  }

  /** What said that it is immutable stays as it was for as long as the pod lives, whatever bears its name later. */
  readonly #find = (kind: DataKind, name: string): DataObject | undefined => {
    const key = `${kind}/${name}`;
    const kept = this.#immutable.get(key);
    if (kept) return kept;
    const found = this.#deps.objects.find(kind, this.#context.pod().metadata.namespace, name);
    if (found?.immutable) this.#immutable.set(key, found);
    return found;
  };

  #place(volume: V1Volume): { path: string; live: boolean } {
    if (volume.hostPath) return { path: volume.hostPath.path, live: false };
    return { path: this.#folder.volume(volume.name), live: isContent(volume) };
  }

  #write(volume: V1Volume): void {
    const files = contentOf(volume, {
      ...this.#fields(),
      find: this.#find,
      token: (request) => this.#tokens.get(request),
    });
    const group = this.#group;
    if (group !== undefined) for (const [path, file] of files) files.set(path, { ...file, mode: file.mode | 0o440 });
    writeAtomically(this.#folder.volume(volume.name), files, group);
  }

  async #refresh(): Promise<void> {
    try {
      const pod = this.#context.pod();
      await this.#tokens.ensure(pod, this.#volumes.flatMap(tokensOf), this.#deps.now());
      if (this.#closed) return;
      for (const volume of this.#volumes) if (isContent(volume)) this.#write(volume);
    } catch (thrown) {
      log('volume-refresh', { pod: nameOf(this.#context.pod()), message: messageOf(thrown) });
    }
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#closed || !this.#volumes.some((volume) => tokensOf(volume).length > 0)) return;
    const waitMs = Math.max(1_000, Math.min(this.#tokens.renewAtMs() - this.#deps.now(), 2 ** 31 - 1));
    this.#timer = setTimeout(() => this.refresh(), Number.isFinite(waitMs) ? waitMs : LOOK_MS);
  }

  #references(pod: Pod): { kind: DataKind; name: string }[] {
    const found = this.#volumes.flatMap(objectsOf);
    for (const { spec } of containersOf(pod)) {
      for (const { configMapRef, secretRef } of spec.envFrom ?? []) {
        if (configMapRef?.name) found.push({ kind: 'ConfigMap', name: configMapRef.name });
        if (secretRef?.name) found.push({ kind: 'Secret', name: secretRef.name });
      }
      for (const { valueFrom } of spec.env ?? []) {
        if (valueFrom?.configMapKeyRef?.name) found.push({ kind: 'ConfigMap', name: valueFrom.configMapKeyRef.name });
        if (valueFrom?.secretKeyRef?.name) found.push({ kind: 'Secret', name: valueFrom.secretKeyRef.name });
      }
    }
    return found;
  }
}
