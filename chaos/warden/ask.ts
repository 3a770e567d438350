/**
 * Asks the warden of this very pod: `node chaos/warden/ask.ts GET /v1/toxics` in its container. From outside a cluster no
 * pod is routable, so the CLI comes through the API server's exec and needs neither the pod's address nor its token.
 * Prints one line of JSON: `{"status":200,"body":…}`. Exit code 3 when no answer came.
 */
import { readFileSync } from 'node:fs';
import { reachable } from '#base/address.ts';
import { mounted } from '#base/mounts.ts';
import { innerPorts } from '#base/names.ts';
import { WARDEN_TOKEN_FILE } from './api.ts';

const TIMEOUT_MS = 5_000;
const [method = 'GET', path = '/healthz'] = process.argv.slice(2);

try {
  const response = await fetch(`http://${reachable(process.env.POD_IP ?? '')}:${innerPorts.warden}${path}`, {
    method,
    headers: { authorization: `Bearer ${readFileSync(mounted(WARDEN_TOKEN_FILE), 'utf8').trim()}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  console.log(JSON.stringify({ status: response.status, body: await response.json() }));
} catch (thrown) {
  const { message, cause } = thrown as Error;
  console.error([message, (cause as Error | undefined)?.message].filter(Boolean).join(': '));
  process.exitCode = 3;
}
