import { FaultflixError } from '#base/errors.ts';
import type { ServiceContext } from '#kit/context.ts';
import { DocumentStore } from './document-store.ts';
import type { Engine } from './engine.ts';
import { type KeyRing, mountedKeyRing } from './key-ring.ts';
import type { Store } from './store.ts';

/** Of the service that opens it. */
export type StoreContext = Pick<
  ServiceContext,
  'identity' | 'env' | 'clock' | 'rng' | 'log' | 'metrics' | 'endpoints' | 'onShutdown'
>;

const engines: Readonly<Record<string, (context: StoreContext) => Promise<Engine>>> = {
  memory: async ({ clock }) => {
    const { MemoryEngine } = await import('./engines/memory.ts');
    return new MemoryEngine({ clock });
  },
  etcd: async ({ clock, identity, endpoints }) => {
    const { EtcdEngine } = await import('./engines/etcd.ts');
    return new EtcdEngine({ clock, place: identity.region, endpoints: endpoints('store', 'store') });
  },
};

/**
 * The service's store, closed when the service ends. The engine is FAULTFLIX_STORE; the keys come from Secret `store-keys`,
 * except that the memory engine, which outlives nothing, makes its own when there is no such Secret.
 */
export async function openStore(context: StoreContext): Promise<Store> {
  const { env, clock, log } = context;
  const name = env.FAULTFLIX_STORE ?? 'etcd';
  const open = Object.hasOwn(engines, name) ? engines[name] : undefined;
  if (open === undefined)
    throw new FaultflixError('bad-input', `there is no engine ${name} of the store`, {
      expected: Object.keys(engines).join(' or '),
      where: 'FAULTFLIX_STORE',
    });
  const ring = name === 'memory' ? await keysForMemory(env) : mountedKeyRing(env);
  const engine = await open(context);
  const rng = context.rng.fork('store');
  const store = new DocumentStore({ engine, ring, clock, rng, log, service: context.identity.service });
  context.onShutdown(() => store.close());
  return store;
}

async function keysForMemory(env: StoreContext['env']): Promise<KeyRing> {
  const { passingKeys } = await import('./passing-keys.ts');
  return passingKeys(env);
}
