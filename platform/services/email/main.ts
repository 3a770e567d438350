/** Sends the mails that events ask for, each once. */
import { users } from '#contracts/users.ts';
import { startService } from '#kit/service.ts';
import { readRoot } from '#kit/tls.ts';
import { openStore } from '#platform/stores/open.ts';
import { Outbox, putDown } from './outbox.ts';
import { smtpSender } from './smtp.ts';
import { occasions } from './texts.ts';

const { context } = await startService({ name: 'email' });
const { clock, metrics, log, rng, ending, identity, env } = context;
const store = await openStore(context);
const send = smtpSender({
  endpoints: context.endpoints('mailbox', 'smtp'),
  place: identity.region,
  ca: await readRoot(env),
  serverName: 'mailbox.global.faultflix.test',
});
const outbox = new Outbox({ store, users: context.client(users), send, clock, rng: rng.fork('outbox'), metrics, log });
const working = Promise.all([
  store.consume({ consumer: 'email', types: occasions, handle: putDown, signal: ending }),
  outbox.run(ending),
]);
context.onShutdown(async () => {
  await working;
});
