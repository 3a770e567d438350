import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { FaultflixError } from '#base/errors.ts';
import type { Mails } from './mails.ts';
import { listPage, mailPage } from './pages.ts';

const querySchema = z.strictObject({
  to: z.string().min(1).max(320).optional(),
  after: z
    .string()
    .regex(/^m-\d{9}$/)
    .or(z.literal(''))
    .default(''),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

/** Ours: nothing from elsewhere, no script at all. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/** A stranger's: shown in a sandbox without scripts, forms, an origin or the network. */
const MAIL_POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/** docs/architecture.md, "The mailbox". */
export function mailboxRoutes(app: FastifyInstance, mails: Pick<Mails, 'page' | 'get'>): void {
  const found = (id: string) => {
    const mail = mails.get(id);
    if (mail === undefined) throw new FaultflixError('not-found', 'no such mail', { received: id.slice(0, 40) });
    return mail;
  };
  type ById = { Params: { id: string } };

  app.get('/v1/mails', async (request) => mails.page(checked(request.query)));
  app.get<ById>('/v1/mails/:id', async ({ params }) => found(params.id));
  app.get('/', async (request, reply) => {
    const query = checked(request.query);
    return html(reply, PAGE_POLICY, listPage(query.to ?? '', mails.page(query)));
  });
  app.get<ById>('/mails/:id', async ({ params }, reply) => html(reply, PAGE_POLICY, mailPage(found(params.id))));
  app.get<ById>('/mails/:id/html', async ({ params }, reply) => html(reply, MAIL_POLICY, found(params.id).html));
}

const html = (reply: FastifyReply, policy: string, page: string) =>
  reply
    .header('content-security-policy', policy)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer')
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(page);

function checked(query: unknown): z.infer<typeof querySchema> {
  const { success, data, error } = querySchema.safeParse(query);
  if (success) return data;
  const issue = error.issues[0]!;
  throw new FaultflixError('bad-input', issue.message, { where: ['query', ...issue.path].join('.') });
}
