/**
 * The card network: a company of its own, outside of Faultflix. It charges cards, keeps every charge in a file that only
 * grows, and can be made ill on purpose.
 */
import { mounted } from '#base/mounts.ts';
import { startService } from '#kit/service.ts';
import { Charges } from './charges.ts';
import { Journal } from './journal.ts';
import { cardNetworkRoutes } from './routes.ts';

const FILE = '/var/lib/card-network/charges.jsonl';

await startService({
  name: 'card-network',
  https: async (app, { clock, metrics, env, onShutdown }) => {
    const { journal, entries } = await Journal.open(env.FAULTFLIX_CHARGES_FILE ?? mounted(FILE, env));
    onShutdown(() => journal.close());
    const charges = new Charges({ clock, append: (entry) => journal.append(entry) }, entries);
    cardNetworkRoutes(app, { charges, clock, metrics });
  },
});
