import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { Metrics } from '#kit/metrics.ts';
import { answerTwice, type Behaviour, behaviourSchema, neverAnswer, suffer, well } from './behaviour.ts';
import { type Charge, type Charges, chargeSchema } from './charges.ts';

export interface CardNetworkParts {
  readonly charges: Charges;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'counter'>;
}

const querySchema = z.union([
  z.strictObject({ reference: z.string().min(1).max(200) }),
  z.strictObject({
    after: z
      .string()
      .regex(/^ch-\d{12}$/)
      .or(z.literal(''))
      .default(''),
    limit: z.coerce.number().int().min(1).max(1_000).default(100),
  }),
]);

/** The card network's API: docs/architecture.md, "The card network". */
export function cardNetworkRoutes(app: FastifyInstance, { charges, clock, metrics }: CardNetworkParts): void {
  const asked = metrics.counter({
    name: 'card_network_requests_total',
    help: 'Requests by what was answered',
    labels: ['answer'],
  });
  let set: { readonly behaviour: Behaviour; readonly untilMs: number } = { behaviour: well, untilMs: 0 };
  const behaviourNow = (): Behaviour => (clock.now() < set.untilMs ? set.behaviour : well);

  const charging = async (reply: FastifyReply, status: number, make: () => Promise<Charge>) => {
    const behaviour = behaviourNow();
    const { mode, delayMs } = behaviour;
    await suffer(behaviour, clock);
    const charge = await make();
    asked.inc({ answer: mode === 'charges-then-times-out' ? 'none' : charge.state });
    if (mode === 'charges-then-times-out') {
      neverAnswer(reply, delayMs);
      return reply;
    }
    if (mode === 'answers-twice') answerTwice(reply, charge);
    return reply.code(status).send(charge);
  };

  app.post('/v1/charges', async (request, reply) => {
    const body = checked(chargeSchema, request.body, 'body');
    const key = keyOf(request);
    return charging(reply, 201, () => charges.charge(body, key));
  });

  app.post<{ Params: { charge: string } }>('/v1/charges/:charge/refund', async (request, reply) => {
    const key = keyOf(request);
    return charging(reply, 200, () => charges.refund(request.params.charge, key));
  });

  app.get('/v1/charges', async (request, reply) => {
    const query = checked(querySchema, request.query, 'query');
    const behaviour = behaviourNow();
    const { mode } = behaviour;
    await suffer(behaviour, clock);
    const { reference } = query as { reference?: string };
    const answer = 'limit' in query ? charges.page(query) : { reference, charges: charges.byReference(reference!) };
    asked.inc({ answer: 'list' });
    if (mode === 'answers-twice') answerTwice(reply, answer);
    return reply.send(answer);
  });

  app.get('/v1/behaviour', async () => behaviourNow());
  app.put('/v1/behaviour', async (request) => {
    const behaviour = checked(behaviourSchema, request.body, 'body');
    set = { behaviour, untilMs: clock.now() + (behaviour.forMs ?? Number.POSITIVE_INFINITY) };
    return behaviour;
  });
}

function keyOf({ headers }: FastifyRequest): string {
  const key = headers['idempotency-key'];
  if (typeof key === 'string' && key.length >= 1 && key.length <= 200) return key;
  throw new FaultflixError('bad-input', 'no idempotency key', {
    where: 'Idempotency-Key',
    expected: '1 to 200 characters',
  });
}

/** Says which field is wrong, never what stood in it: it may be a card. */
function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const issue = error.issues[0]!;
  const where = [what, ...issue.path].join('.');
  throw new FaultflixError('bad-input', issue.message, { where });
}
