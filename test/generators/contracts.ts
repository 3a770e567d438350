import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { FaultflixError } from '#base/errors.ts';

const root = join(import.meta.dirname, '../..');
const contracts = join(root, 'platform/contracts');

/**
 * Types of the messages and services of `platform/contracts/*.proto`. The options are those with which the kit loads
 * the files at run time (`platform/kit/grpc/proto.ts`), so the types say what really arrives.
 */
export async function generate(into = join(contracts, 'generated')): Promise<readonly string[]> {
  const protos = (await readdir(contracts)).filter((file) => file.endsWith('.proto')).sort();
  const made = await mkdtemp(join(dirname(into), '.generated-'));
  try {
    await run([
      '--longs=Number',
      '--enums=String',
      '--defaults',
      '--oneofs',
      '--includeComments',
      '--grpcLib=@grpc/grpc-js',
      '--targetFileExtension=.ts',
      '--importFileExtension=.ts',
      `--outDir=${made}`,
      // Relative, since each file names its origin.
      `--includeDirs=${relative(root, contracts)}`,
      '--',
      ...protos,
    ]);
    await rm(into, { recursive: true, force: true });
    await rename(made, into);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  const files = await readdir(into, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name).slice(root.length + 1))
    .sort();
}

async function run(args: readonly string[]): Promise<void> {
  const loader = dirname(createRequire(import.meta.url).resolve('@grpc/proto-loader/package.json'));
  const tool = join(loader, 'build/bin/proto-loader-gen-types.js');
  const child = spawn(process.execPath, [tool, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0 || said !== '') {
    throw new FaultflixError('could-not-run', 'proto-loader-gen-types failed', { received: `exit ${code}: ${said}` });
  }
}
