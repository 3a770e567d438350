/** The mailbox: a company of its own, outside of Faultflix. It takes every mail, keeps it, and shows it. */
import { mounted } from '#base/mounts.ts';
import { startService } from '#kit/service.ts';
import { LEAF_RENEWAL_MS, podLeaf } from '#kit/tls.ts';
import { Mails } from './mails.ts';
import { mailboxRoutes } from './routes.ts';
import { startSmtp } from './smtp.ts';

const FILE = '/var/lib/mailbox/mails.jsonl';
const { env } = process;
const mails = await Mails.open(env.FAULTFLIX_MAILS_FILE ?? mounted(FILE, env));

await startService({
  name: 'mailbox',
  https: (app, { onShutdown }) => {
    onShutdown(() => mails.close());
    mailboxRoutes(app, mails);
  },
  other: [
    {
      door: 'smtp',
      start: async ({ identity, clock, metrics, log, onShutdown }, { host, port }) => {
        const sign = () =>
          podLeaf({
            service: 'mailbox',
            region: identity.region,
            addresses: [host, identity.podIp],
            nowMs: clock.now(),
            env,
          });
        const server = await startSmtp({ mails, leaf: await sign(), clock, metrics, log }, { host, port });
        const renewal = setInterval(() => {
          sign().then(server.renew, (err: unknown) => log.error({ err }, 'the certificate could not be renewed'));
        }, LEAF_RENEWAL_MS);
        renewal.unref();
        onShutdown(() => clearInterval(renewal));
        return server;
      },
    },
  ],
});
