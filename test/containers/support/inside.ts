/**
 * Imported first by a test that speaks to containers: goes on in the network namespace of the run's own Docker
 * (`with-docker` names it), where published ports answer on 127.0.0.1 and where nothing is the host's. The process stays
 * the same one for whoever started it; a Docker of the user's own needs nothing of this.
 */
import { readlinkSync } from 'node:fs';

const ENTERED = 'FAULTFLIX_DOCKER_NETNS_ENTERED';
const { FAULTFLIX_DOCKER_NETNS: namespace, [ENTERED]: entered } = process.env;

if (namespace && entered !== namespace) {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const path = '/usr/bin/nsenter';
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  process.execve!(path, [path, `--net=${namespace}`, ...command], {
    ...env,
    [ENTERED]: namespace,
  } as NodeJS.ProcessEnv);
}

if (namespace && readlinkSync('/proc/self/ns/net') !== readlinkSync(namespace)) {
  throw new Error(`not in the network namespace ${namespace}`);
}
