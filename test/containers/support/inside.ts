/**
 * `await enter({ images: […] })` stands first in a test that speaks to containers. It makes what comes from outside (images
 * of files of this machine, tools from their cache or their projects), and then goes on in the network namespace of the
 * run's own Docker, which `with-docker` names: there published ports answer on 127.0.0.1, nothing is the host's, and no
 * way leads out. The process stays the same one for whoever started it. A Docker of the user's own has no such namespace.
 */
import { readlinkSync } from 'node:fs';
import { systemClock } from '#base/clock.ts';
import { step } from '#chaos/cli/terminal/step.ts';
import { Terminal } from '#chaos/cli/terminal/terminal.ts';
import { type BuiltImage, buildImages } from '#k8s/images/build.ts';
import type { ImageName } from '#k8s/images/image.ts';
import { toolsDir } from '#k8s/local/tools/cache-root.ts';
import { releaseHosts, type ToolName } from '#k8s/local/tools/catalogue.ts';
import { ensureTools } from '#k8s/local/tools/ensure.ts';

export interface Wants {
  readonly images?: readonly ImageName[];
  readonly tools?: readonly ToolName[];
}

export interface Prepared {
  /** In the order of `Wants`. */
  readonly images: readonly Pick<BuiltImage, 'name' | 'digest' | 'archive'>[];
  /** Path of each tool. */
  readonly tools: Readonly<Partial<Record<ToolName, string>>>;
}

const PREPARED = 'FAULTFLIX_CONTAINERS_PREPARED';
const NSENTER = '/usr/bin/nsenter';

const clock = systemClock;
const terminal = new Terminal({ stream: process.stdout, clock });

/** With a line for what takes long. */
export const longStep = <T>(name: string, work: () => Promise<T>): Promise<T> =>
  step({ terminal, clock, name }, async () => ({ said: '', value: await work() }));

export async function enter(wants: Wants): Promise<Prepared> {
  const { FAULTFLIX_DOCKER_NETNS: namespace, [PREPARED]: prepared } = process.env;
  if (!namespace) return prepare(wants);
  if (prepared) {
    if (readlinkSync('/proc/self/ns/net') === readlinkSync(namespace)) return JSON.parse(prepared) as Prepared;
    throw new Error(`this process should be in the network namespace ${namespace}`);
  }
  const found = await prepare(wants);
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const env = { ...process.env, [PREPARED]: JSON.stringify(found) } as NodeJS.ProcessEnv;
  process.execve!(NSENTER, [NSENTER, `--net=${namespace}`, ...command], env);
  throw new Error(`${NSENTER} did not take over`);
}

async function prepare({ images = [], tools = [] }: Wants): Promise<Prepared> {
  const { signal } = new AbortController();
  const built =
    images.length === 0 ? [] : await longStep(`images ${images.join(', ')}`, () => buildImages({ images, signal }));
  const ensure = { dir: toolsDir(), hosts: releaseHosts, env: process.env, tools, signal, onProgress: () => {} };
  const paths = tools.length === 0 ? [] : await longStep(`tools ${tools.join(', ')}`, () => ensureTools(ensure));
  return {
    images: built.map(({ name, digest, archive }) => ({ name, digest, archive })),
    tools: Object.fromEntries(paths) as Prepared['tools'],
  };
}
