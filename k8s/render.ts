#!/usr/bin/env node
/**
 * The manifests of each overlay as one file: k8s/rendered/<overlay>.yaml, committed with the hash of what it was rendered
 * from. `node k8s/render.ts --print [OVERLAY]` prints it, rendered anew when the hash does not fit.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { asFaultflixError, exitCodeOf, FaultflixError, messageOf } from '#base/errors.ts';

/** `local` (nodes are in regions) and whatever else k8s/overlays holds. */
export const overlays: readonly string[] = readdirSync(join(import.meta.dirname, 'overlays')).sort();
export const renderedPath = (overlay: string): string => `k8s/rendered/${overlay}.yaml`;
const INPUTS = ['k8s/base', 'k8s/components', 'k8s/crds', 'k8s/overlays', 'k8s/regions'];

type Environment = Readonly<Record<string, string | undefined>>;

/** SHA-256 (hex) over the path and the content of every file that decides what is rendered. */
export async function renderedInputsHash(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of INPUTS) {
    const files = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    for (const path of paths.sort()) {
      const content = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      hash.update(`${path.slice(root.length)} ${content}\n`);
    }
  }
  return hash.digest('hex');
}

/** Two lines, so that neither a change of the inputs nor a hand in the output goes unseen. */
const withHeader = (inputsHash: string, manifests: string) =>
  `# inputs sha256 ${inputsHash}\n# output sha256 ${createHash('sha256').update(manifests).digest('hex')}\n${manifests}`;

/** Whether a rendered text is what `render` made of inputs with this hash. */
export function fits(rendered: string, inputsHash: string): boolean {
  const manifests = rendered.split('\n').slice(2).join('\n');
  return rendered === withHeader(inputsHash, manifests);
}

export interface RenderOptions {
  readonly root: string;
  readonly env: Environment;
  readonly overlay: string;
}

/** Renders with `kubectl kustomize`. Throws `could-not-run` when there is no kubectl or it refuses. */
export async function render({ root, env, overlay }: RenderOptions): Promise<string> {
  const folder = `k8s/overlays/${overlay}`;
  const hash = await renderedInputsHash(root);
  const failures: string[] = [];
  for (const [program, ...args] of kubectls(root, env)) {
    const { code, stdout, stderr } = await run([program!, ...args, 'kustomize', folder], root, env);
    if (code === 0) return withHeader(hash, stdout);
    failures.push(`${program} ${args.join(' ')}: ${stderr.trim().slice(-500)}`);
    if (code !== 'absent') break; // it ran, so another kubectl would say the same
  }
  throw new FaultflixError('could-not-run', 'the manifests could not be rendered', {
    where: folder,
    expected: 'kubectl, named by KUBECTL, on PATH or made by the local cluster',
    received: failures.join('\n'),
    todo: `kubectl kustomize ${folder}`,
  });
}

/** The manifests: the committed ones when they fit their inputs, else rendered anew. */
export async function manifests({ root, env, overlay }: RenderOptions): Promise<string> {
  const committed = await readFile(join(root, renderedPath(overlay)), 'utf8').catch(() => '');
  return fits(committed, await renderedInputsHash(root)) ? committed : render({ root, env, overlay });
}

/** Ways to call kubectl, the surest first. The last one makes it, which takes minutes on a machine without it. */
function kubectls(root: string, env: Environment): readonly string[][] {
  const own = [process.execPath, join(root, 'k8s/local/main.ts'), 'kubectl'];
  return env.KUBECTL ? [[env.KUBECTL]] : [['kubectl'], own];
}

interface Ended {
  readonly code: number | null | 'absent';
  readonly stdout: string;
  readonly stderr: string;
}

async function run([program, ...args]: readonly string[], cwd: string, env: Environment): Promise<Ended> {
  const child = spawn(program!, args, { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<Ended['code']>((resolve, reject) => {
    child.on('close', resolve);
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve('absent') : reject(error)));
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return {
    code,
    stdout,
    stderr: code === 'absent' ? `not on ${env.PATH?.split(delimiter).length ?? 0} folders of PATH` : stderr,
  };
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3));
  try {
    const [verb, overlay = 'local', ...more] = process.argv.slice(2);
    if (verb !== '--print' || !overlays.includes(overlay) || more.length > 0)
      throw new FaultflixError('bad-input', 'what to do?', {
        expected: `node k8s/render.ts --print [${overlays.join('|')}]`,
        received: process.argv.slice(2).join(' '),
      });
    process.stdout.write(await manifests({ root, env: process.env, overlay }));
  } catch (thrown) {
    const error = asFaultflixError(thrown);
    process.stderr.write(`${messageOf(error)}\n`);
    for (const key of ['where', 'expected', 'received', 'todo'] as const)
      if (error[key]) process.stderr.write(`  ${key}: ${error[key]}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
