import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import { type ImageConfig, type ImageContext, type ImageDefinition, PATH } from '../image.ts';
import { base, certificates } from '../layer/base.ts';
import { copy, file, type Layer, symlink } from '../layer/entry.ts';
import { libraryEntries } from '../layer/node.ts';
import { librariesOf } from '../machine/libraries.ts';
import { originOf } from '../machine/packages.ts';
import { findProgram } from '../machine/programs.ts';
import { goComponents } from '../sbom/go.ts';

const CNI = 'usr/lib/cni';
const PLUGINS = ['bridge', 'host-local', 'loopback', 'portmap'];
const RUNTIME = ['containerd', 'containerd-shim-runc-v2', 'ctr', 'runc'];
/** The kubelet calls mount and umount, kube-proxy the others. */
const SYSTEM = ['mount', 'umount', 'conntrack'];
/** One program that behaves as it is called. */
const IPTABLES = 'xtables-nft-multi';
const IPTABLES_NAMES = [
  'iptables',
  'iptables-save',
  'iptables-restore',
  'ip6tables',
  'ip6tables-save',
  'ip6tables-restore',
];
const APPLETS = ['sh', 'cat', 'cp', 'find', 'hostname', 'ip', 'ls', 'mkdir', 'ps', 'sleep', 'sysctl'];

const config: ImageConfig = {
  Entrypoint: ['/usr/local/bin/start-node'],
  Env: [`PATH=${PATH}`],
  WorkingDir: '/',
};

/** What the node does not share with other images, and what comes from the packages of this machine. */
async function programs({ architecture }: ImageContext): Promise<Layer> {
  const plugin = (name: string) => `/${CNI}/${name}`;
  const called = [...RUNTIME, ...SYSTEM].map((name) => [name, findProgram(name)] as const);
  const iptables = findProgram(IPTABLES);
  const extensions = extensionsOf(librariesOf([iptables], { architecture }));
  const binaries = [...called.map(([, path]) => path), iptables, ...PLUGINS.map(plugin), ...extensions];
  const libraries = librariesOf(binaries, { architecture });
  const origin = await originOf([...new Set([...binaries, ...libraries, findProgram('busybox')])]);
  return {
    name: 'programs',
    title: 'containerd, runc, CNI plugins, iptables',
    entries: [
      ...base(),
      ...certificates(),
      ...called.map(([name, path]) => copy(`usr/bin/${name}`, path, 0o755)),
      copy(`usr/bin/${IPTABLES}`, iptables, 0o755),
      ...IPTABLES_NAMES.map((name) => symlink(`usr/bin/${name}`, IPTABLES)),
      ...PLUGINS.map((name) => copy(`${CNI}/${name}`, plugin(name), 0o755)),
      ...extensions.map((path) => copy(path.slice(1), path, 0o755)),
      ...libraryEntries(libraries),
      ...origin.entries,
      copy('bin/busybox', findProgram('busybox'), 0o755),
      ...APPLETS.map((name) => symlink(`bin/${name}`, 'busybox')),
    ],
    components: origin.components,
  };
}

/** Matches and targets of rules are libraries that iptables loads by name, from a folder that libxtables knows. */
function extensionsOf(libraries: readonly string[]): string[] {
  const xtables = libraries.find((path) => path.includes('/libxtables.so'));
  const folder = xtables && readFileSync(xtables, 'latin1').match(/\0(\/[\w/.-]+\/xtables)\0/)?.[1];
  if (!folder) {
    throw new FaultflixError('could-not-run', 'the folder of extensions of iptables is not to be found', {
      where: xtables ?? 'libxtables.so',
      todo: 'install the package iptables',
    });
  }
  return readdirSync(folder)
    .filter((name) => /^lib(xt|ipt|ip6t)_\w+\.so$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

async function kubernetes({ tool }: ImageContext): Promise<Layer> {
  const programs = new Map<string, string>();
  for (const name of ['kubelet', 'kube-proxy'] as const) programs.set(name, await tool(name));
  const components = [...programs.values()].flatMap((path) => goComponents(path));
  return {
    name: 'kubernetes',
    title: 'kubelet and kube-proxy',
    entries: [...programs].map(([name, path]) => copy(`usr/local/bin/${name}`, path, 0o755)),
    components: [...new Map(components.map((component) => [component.purl, component])).values()],
  };
}

const start: Layer = {
  name: 'start',
  title: 'how a node starts',
  entries: [file('usr/local/bin/start-node', readFileSync(join(import.meta.dirname, 'start-node.sh')), 0o755)],
  components: [],
};

export default {
  summary: 'a Kubernetes node in a container, as kind has them; runs as root with the rights of one',
  config,
  async layers(context) {
    return [await programs(context), await kubernetes(context), start];
  },
} satisfies ImageDefinition;
