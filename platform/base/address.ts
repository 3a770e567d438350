/**
 * Pod addresses. Kubernetes refuses 127.0.0.0/8 in EndpointSlices, so on the local cluster the API shows 10.a.b.c and
 * the process binds 127.a.b.c. Only this file knows.
 */
type Environment = Readonly<Record<string, string | undefined>>;

/** The address at which a pod IP of the API can be reached (and bound, by the pod itself) from this process. */
export function reachable(ip: string, env: Environment = process.env): string {
  return env.FAULTFLIX_NETWORK === 'loopback' ? ip.replace(/^10\./, '127.') : ip;
}
