/**
 * Asks this very pod for its spans: `node platform/kit/tracing/ask.ts TRACE`, or `… --newest 20`. From outside a cluster no
 * pod is routable, so `faultflix trace` comes through the API server's exec. Prints `{"spans":[…]}`; exit code 3 when no
 * answer came.
 */
import { reachable } from '#base/address.ts';
import { innerPorts } from '#base/names.ts';

const TIMEOUT_MS = 5_000;
const [what = '--newest', limit = '20'] = process.argv.slice(2);
const query = what === '--newest' ? `newest=${limit}` : `trace=${encodeURIComponent(what)}`;

try {
  const response = await fetch(`http://${reachable(process.env.POD_IP ?? '')}:${innerPorts.ops}/spans?${query}`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
  console.log(await response.text());
} catch (thrown) {
  const { message, cause } = thrown as Error;
  console.error([message, (cause as Error | undefined)?.message].filter(Boolean).join(': '));
  process.exitCode = 3;
}
