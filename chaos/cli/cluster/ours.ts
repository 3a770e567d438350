/** Is this a cluster that this checkout may act on? It must know our kinds, in the schema that this checkout has. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { FaultflixError } from '#base/errors.ts';
import { KubeStatusError } from '#base/kube/http.ts';
import { API_GROUP } from '#base/names.ts';
import { type Manifest, parseManifests } from '../deploy/manifest.ts';
import { repository } from '../repository.ts';
import { type Cluster, versionOf } from './connect.ts';

interface Definition extends Manifest {
  readonly spec: {
    readonly versions: ReadonlyArray<{
      readonly name: string;
      readonly schema?: { readonly openAPIV3Schema?: unknown };
    }>;
  };
}

/** The definitions of our kinds, as generated in `k8s/crds`. */
export async function ownDefinitions(): Promise<readonly Definition[]> {
  const folder = join(repository, 'k8s', 'crds');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort();
  const all = await Promise.all(
    files.map(async (file) => parseManifests(await readFile(join(folder, file), 'utf8'), `k8s/crds/${file}`)),
  );
  return all.flat() as unknown as Definition[];
}

/** Throws `could-not-run` when the cluster does not answer, is not ours, or has kinds of another version. */
export async function assertOurs(cluster: Cluster): Promise<void> {
  await versionOf(cluster);
  const deployIt = cluster.localName
    ? '`faultflix down`, then `npm start`'
    : `\`faultflix start --kubeconfig ${cluster.kubeconfig}${cluster.context ? ` --context ${cluster.context}` : ''}\` deploys this version`;
  for (const own of await ownDefinitions()) {
    const { name } = own.metadata;
    const found = await definitionOf(cluster, name);
    if (!found) {
      throw new FaultflixError('could-not-run', 'Faultflix is not on this cluster', {
        where: cluster.server,
        expected: `the kind ${name}`,
        received: `nothing of ${API_GROUP}`,
        todo: `is it the right cluster? If so, ${deployIt}`,
      });
    }
    if (sameSchema(own, found)) continue;
    throw new FaultflixError('could-not-run', 'another version of Faultflix is on this cluster', {
      where: `${cluster.server}, CustomResourceDefinition ${name}`,
      expected: 'the schema of this checkout (k8s/crds)',
      received: 'an older or newer one',
      todo: deployIt,
    });
  }
}

async function definitionOf({ http }: Cluster, name: string): Promise<Definition | undefined> {
  try {
    return await http.json<Definition>({ path: `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}` });
  } catch (thrown) {
    if (thrown instanceof KubeStatusError && thrown.status === 404) return undefined;
    throw thrown;
  }
}

/** The API server keeps a definition's schema as it was given. */
export function sameSchema(own: Definition, found: Definition): boolean {
  const schemas = ({ spec }: Definition) =>
    Object.fromEntries(spec.versions.map(({ name, schema }) => [name, schema?.openAPIV3Schema]));
  return isDeepStrictEqual(schemas(own), schemas(found));
}
