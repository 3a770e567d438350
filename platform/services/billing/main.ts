/** Plans, subscriptions, bills: charges by the card network, once, and keeps the books. */
import { billing } from '#contracts/billing.ts';
import { serve, startService } from '#kit/service.ts';
import { openStore } from '#platform/stores/open.ts';
import { CardNetwork } from './card-network.ts';
import { Charging } from './charging.ts';
import { Duties } from './duties.ts';
import { billingHandlers } from './handlers.ts';
import { watchLedger } from './ledger-watch.ts';

await startService({
  name: 'billing',
  grpc: async (context) => {
    const { clock, metrics, log, guards, ending } = context;
    const store = await openStore(context);
    const network = new CardNetwork({ https: context.https('card-network'), log });
    const charging = new Charging({ store, network, clock, metrics, log, guards });
    const working = Promise.all([
      new Duties({ store, charging, clock, metrics, log }).run(ending),
      watchLedger({ store, clock, metrics, log, signal: ending }),
    ]);
    context.onShutdown(async () => {
      await working;
    });
    return [serve(billing, billingHandlers({ store, charging, clock }))];
  },
});
