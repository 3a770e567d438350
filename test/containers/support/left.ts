/**
 * What a test left in Docker: of a Docker of the run's own all that Docker does not bring itself, of a user's only what
 * this process made.
 */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getContainerRuntimeClient, getReaper, LABEL_TESTCONTAINERS_SESSION_ID } from 'testcontainers';
import { dockerode } from './docker.ts';

/** Docker answers a removal before the kernel is done with interfaces and cgroups, which say nothing when they go. */
const SETTLE_MS = 5_000;
const CGROUPS = '/sys/fs/cgroup';

/** Fails unless nothing is left, and says what is. Images stay: the next file needs them again. */
export async function nothingLeft(): Promise<void> {
  const deadlineMs = performance.now() + SETTLE_MS;
  let found = await left();
  while (found.length > 0 && performance.now() < deadlineMs) {
    await sleep(50);
    found = await left();
  }
  assert.deepEqual(found, []);
}

export async function left(): Promise<readonly string[]> {
  const { FAULTFLIX_DOCKER_NETNS: own, FAULTFLIX_DOCKER_CGROUP: cgroup } = process.env;
  const { sessionId } = await getReaper(await getContainerRuntimeClient());
  const filters = own ? {} : { label: [`${LABEL_TESTCONTAINERS_SESSION_ID}=${sessionId}`] };
  const docker = await dockerode();
  const [containers, networks, { Volumes: volumes }, cgroups] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters: own ? { type: ['custom'] } : filters }),
    docker.listVolumes({ filters: filters as Record<string, string[]> }),
    cgroup ? cgroupsBeneath(cgroup) : [],
  ]);
  const interfaces = own ? (await interfacesHere()).filter((name) => name !== 'lo' && name !== 'docker0') : [];
  return [
    ...containers.map(({ Names, Image }) => `container ${Names.join(' ')} of ${Image}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...(volumes ?? []).map(({ Name }) => `volume ${Name}`),
    ...cgroups.map((path) => `cgroup ${path}`),
    ...interfaces.map((name) => `interface ${name}`),
  ];
}

/** Of every controller's hierarchy, or of the one of version 2. */
async function cgroupsBeneath(name: string): Promise<readonly string[]> {
  const roots = ['.', ...(await readdir(CGROUPS))].map((controller) => join(CGROUPS, controller, name));
  const lists = await Promise.all(
    roots.map(async (root) => {
      const entries = await readdir(root, { withFileTypes: true }).catch(() => []); // most are files, or lack the group
      return entries.filter((entry) => entry.isDirectory()).map((entry) => join(root, entry.name));
    }),
  );
  return lists.flat();
}

/** Of this process's network namespace, with those that have no address. */
async function interfacesHere(): Promise<readonly string[]> {
  const lines = (await readFile('/proc/self/net/dev', 'utf8')).split('\n');
  return lines.flatMap((line) => line.match(/^\s*([^\s:]+):/)?.[1] ?? []);
}
