import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { z } from 'zod';
import type { Endpoint } from '#kit/context.ts';
import { storeDefaults } from './settings.ts';

/**
 * How a cluster comes to be: only pods that all said that they have nothing. Until its etcd runs, a member says so on the
 * port of its clients, and whom it has heard say so. A region whose pod cannot be heard may have a member with data: then
 * nobody founds anything.
 */
const statementSchema = z.object({
  empty: z.literal(true),
  uid: z.string(),
  name: z.string(),
  url: z.string(),
  region: z.string(),
  /** Uids, its own too. */
  heard: z.array(z.string()),
});
export type Statement = z.infer<typeof statementSchema>;

const PATH = '/faultflix/empty';

export interface Speaking {
  close(): Promise<void>;
}

/** Says it to whoever asks. */
export async function speak(
  { host, port }: { readonly host: string; readonly port: number },
  statement: () => Statement,
): Promise<Speaking> {
  const server = createServer((incoming, response) => {
    if (incoming.url !== PATH) response.writeHead(404).end();
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(statement()));
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** What another says; undefined when it says nothing of the kind: it is not there yet, or runs etcd. */
export function hear({ host, port }: Pick<Endpoint, 'host' | 'port'>): Promise<Statement | undefined> {
  return new Promise((resolve) => {
    const asked = request({ host, port, path: PATH, agent: false, timeout: storeDefaults.askMs }, async (response) => {
      try {
        let body = '';
        for await (const part of response) body += part;
        resolve(statementSchema.safeParse(JSON.parse(body)).data);
      } catch {
        resolve(undefined);
      }
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(undefined));
    asked.end();
  });
}

/**
 * Those who found the cluster, in order of their names, when it can be founded: one of each region has said that it is
 * empty, and that it has heard all the others. Undefined until then.
 */
export function founders(
  statements: readonly Statement[],
  regions: readonly string[],
): readonly Statement[] | undefined {
  const chosen = regions.map((region) => statements.filter((statement) => statement.region === region));
  if (chosen.some((found) => found.length !== 1)) return undefined;
  const all = chosen.flat();
  const agreed = all.every(({ heard }) => all.every(({ uid }) => heard.includes(uid)));
  return agreed ? all.sort((a, b) => (a.name < b.name ? -1 : 1)) : undefined;
}
