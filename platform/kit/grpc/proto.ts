import { join } from 'node:path';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { FaultflixError } from '#base/errors.ts';
import type { Contract } from '#contracts/contract.ts';

const folder = join(import.meta.dirname, '../../contracts');

/** Must say the same as `test/generators/contracts.ts`: the generated types describe what these options give. */
const options = { longs: Number, enums: String, defaults: true, oneofs: true, includeDirs: [folder] };

// biome-ignore lint/suspicious/noExplicitAny: which messages a method takes is known to the contract's type only
export type AnyMethod = MethodDefinition<any, any>;

export interface LoadedMethod {
  /** As code calls it: `listTitles`. */
  readonly name: string;
  readonly definition: AnyMethod;
}

/** The methods of a contract's service, from its `.proto` file. */
export function loadMethods(contract: Contract<unknown>): readonly LoadedMethod[] {
  const loaded = loadSync(contract.proto, options)[contract.service];
  if (loaded === undefined || typeof loaded.format === 'string') {
    throw new FaultflixError('could-not-run', `${contract.proto} has no service ${contract.service}`, {
      where: join(folder, contract.proto),
    });
  }
  const methods = Object.entries(loaded as ServiceDefinition).map(([name, definition]) => ({
    name: name.charAt(0).toLowerCase() + name.slice(1),
    definition,
  }));
  const streaming = methods.find(({ definition }) => definition.requestStream || definition.responseStream);
  if (streaming) {
    throw new FaultflixError('unsupported', `${contract.service}.${streaming.name} is a stream`, {
      expected: 'unary methods: the guards judge one answer to one request',
      where: join(folder, contract.proto),
    });
  }
  return methods;
}
