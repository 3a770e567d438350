import type { BuildGroup, Tool } from './catalogue.ts';

/**
 * go.mod of a module that exists only to build another one's programs. Kubernetes replaces its own parts by folders of
 * its repository, and a module's replacements count only in itself, so the wrapper repeats them with the published
 * modules: the `./staging` lines of Kubernetes' go.mod name them.
 */
export function wrapperModule(group: BuildGroup, tools: readonly Tool[], moduleGoMod: string): string {
  const replaced = group.stagingVersion ? stagedModules(moduleGoMod) : [];
  const lines = [
    `module faultflix.local/${group.name}`,
    '',
    `go ${goVersionOf(moduleGoMod)}`,
    '',
    `require ${group.module} ${group.moduleVersion}`,
    '',
    ...replaced.map((module) => `replace ${module} => ${module} ${group.stagingVersion}`),
    '',
    ...tools.map((tool) => `tool ${tool.package}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Modules that a go.mod replaces by a folder under ./staging. */
export function stagedModules(goMod: string): string[] {
  return [...goMod.matchAll(/^\s*(?:replace\s+)?(\S+)(?:\s+v\S+)?\s+=>\s+\.\/staging\/\S+/gm)].map(
    (match) => match[1]!,
  );
}

/** How many modules a go.mod requires: about how many a build has to fetch. */
export function requiredModules(goMod: string): number {
  return [...goMod.matchAll(/^\s*(?:require\s+)?[\w.-]+\.[\w.-]+\/\S+\s+v\S+(?:\s*\/\/.*)?$/gm)].length;
}

function goVersionOf(goMod: string): string {
  return /^go\s+(\S+)/m.exec(goMod)?.[1] ?? '1.21';
}
