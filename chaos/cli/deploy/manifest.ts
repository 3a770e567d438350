/** A Kubernetes object as it is in a manifest, and where the API keeps it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import { FaultflixError } from '#base/errors.ts';
import { repository } from '../repository.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export const describe = ({ kind, metadata: { namespace, name } }: Manifest): string =>
  `${kind} ${namespace ? `${namespace}/` : ''}${name}`;

/** All objects of a YAML stream. Throws `bad-input` for what is not a Kubernetes object. */
export function parseManifests(yaml: string, where: string): readonly Manifest[] {
  return parseAllDocuments(yaml).flatMap((document, index) => {
    const [problem] = document.errors;
    if (problem)
      throw new FaultflixError('bad-input', 'not YAML', { where: `${where}, document ${index + 1}`, cause: problem });
    const value = document.toJS() as Partial<Manifest> | null;
    if (value === null) return [];
    if (value.apiVersion && value.kind && value.metadata?.name) return [value as Manifest];
    throw new FaultflixError('bad-input', 'not a Kubernetes object', {
      where: `${where}, document ${index + 1}`,
      expected: 'apiVersion, kind and metadata.name',
      received: JSON.stringify(value).slice(0, 200),
    });
  });
}

export interface RenderOptions {
  /** The folder of a kubectl that matches the cluster; used when the committed manifests are out of date. */
  readonly binDir?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A folder of k8s/overlays: `local` unless told. */
  readonly overlay?: string;
}

/** The platform's manifests: the committed ones when they fit their sources, else rendered anew. */
export async function renderedManifests({
  binDir,
  env,
  overlay = 'local',
}: RenderOptions): Promise<readonly Manifest[]> {
  const script = 'k8s/render.ts';
  const child = spawn(process.execPath, [join(repository, script), '--print', overlay], {
    cwd: repository,
    env: { ...env, ...(binDir ? { PATH: `${binDir}:${env.PATH ?? ''}` } : {}) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const [yaml, complaint, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  if (exitCode === 0) return parseManifests(yaml, `the output of ${script}`);
  throw new FaultflixError('could-not-run', 'the manifests could not be rendered', {
    where: `${script} --print`,
    expected: 'exit code 0',
    received: `exit code ${exitCode}: ${complaint.trim().slice(-1_000)}`,
    todo: `run \`node ${script} --print\` and mend what it says`,
  });
}
