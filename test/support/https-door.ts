import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Agent, request } from 'undici';
import { type Clock, systemClock } from '#base/clock.ts';
import { Admission } from '#kit/admission.ts';
import { httpsServer } from '#kit/http/server.ts';
import { createMetrics } from '#kit/metrics.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import { selfSigned } from './self-signed.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Undefined when the answer is no JSON. */
  readonly json: unknown;
  readonly text: string;
}

export interface Door {
  readonly origin: string;
  readonly port: number;
  /** PEM that its certificate is checked against. */
  readonly ca: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text is sent as it is. */
  readonly body?: unknown;
}

/** A service's routes behind the kit's real HTTPS server on a free port of 127.0.0.1; closed when the test ends. */
export async function openDoor(
  routes: (app: FastifyInstance) => void,
  context: Pick<TestContext, 'after'>,
  clock: Clock = systemClock,
): Promise<Door> {
  const leaf = await selfSigned('127.0.0.1');
  const metrics = createMetrics();
  const server = await httpsServer({
    service: 'test',
    host: '127.0.0.1',
    port: 0,
    leaf,
    routes,
    admission: new Admission({ guards: new SwitchableGuards(), clock, metrics }),
    seam: { before: () => undefined },
    clock,
    log: pino({ enabled: false }),
  });
  const agent = new Agent({ connect: { ca: leaf.cert } });
  context.after(async () => {
    await agent.close();
    await server.close(0);
  });
  const origin = `https://127.0.0.1:${server.port}`;
  return {
    origin,
    port: server.port,
    ca: leaf.cert,
    async call(method, path, { headers = {}, body } = {}) {
      const answer = await request(`${origin}${path}`, {
        method: method as 'GET',
        dispatcher: agent,
        headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await answer.body.text();
      const isJson = /json/.test(String(answer.headers['content-type'])) && text !== '';
      return { status: answer.statusCode, headers: answer.headers, text, json: isJson ? JSON.parse(text) : undefined };
    },
  };
}
