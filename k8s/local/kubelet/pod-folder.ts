import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PodRuntime } from './lifecycle/runtime.ts';

/**
 * A pod's folder on disk: what the kubelet knows of it, its volumes, and a folder for each instance of each container.
 * It is made with the pod and removed with it.
 */
export class PodFolder {
  readonly path: string;

  constructor(stateDir: string, uid: string) {
    this.path = join(stateDir, 'pods', uid);
  }

  create(): void {
    mkdirSync(this.tmp, { recursive: true, mode: 0o700 });
    mkdirSync(this.home, { recursive: true, mode: 0o700 });
  }

  get tmp(): string {
    return join(this.path, 'tmp');
  }

  get home(): string {
    return join(this.path, 'home');
  }

  volume(name: string): string {
    return join(this.path, 'volumes', name);
  }

  /** FAULTFLIX_ROOT of a container. */
  root(container: string): string {
    return join(this.path, 'root', container);
  }

  attempt(container: string, attempt: number): string {
    return join(this.path, 'containers', container, String(attempt));
  }

  /** Keeps the newest two instances of a container: the one that runs and the one that `kubectl logs -p` reads. */
  forgetOld(container: string, newest: number): void {
    for (const entry of readdirSync(join(this.path, 'containers', container))) {
      if (Number(entry) < newest - 1) rmSync(this.attempt(container, Number(entry)), { recursive: true, force: true });
    }
  }

  /** What an instance was started with, so that exec works in one that a new kubelet took over. */
  saveLaunch(container: string, attempt: number, launch: Launched): void {
    writeFileSync(join(this.attempt(container, attempt), 'launch.json'), JSON.stringify(launch), { mode: 0o600 });
  }

  loadLaunch(container: string, attempt: number): Launched | undefined {
    try {
      return JSON.parse(readFileSync(join(this.attempt(container, attempt), 'launch.json'), 'utf8')) as Launched;
    } catch {
      return undefined;
    }
  }

  save(saved: SavedPod): void {
    const file = join(this.path, 'runtime.json');
    writeFileSync(`${file}.tmp`, JSON.stringify(saved), { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
  }

  load(): SavedPod | undefined {
    try {
      return JSON.parse(readFileSync(join(this.path, 'runtime.json'), 'utf8')) as SavedPod;
    } catch {
      return undefined;
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}

export interface Launched {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** What its commands begin with, so that they run as its user. */
  readonly as: readonly string[];
}

export interface SavedPod {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly runtime: PodRuntime;
}

/** The uids of all pods that have a folder. */
export function savedUids(stateDir: string): string[] {
  try {
    return readdirSync(join(stateDir, 'pods'));
  } catch {
    return [];
  }
}
