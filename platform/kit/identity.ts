import { isIP } from 'node:net';
import { FaultflixError } from '#base/errors.ts';
import { isPlace, places } from '#base/names.ts';
import type { Identity } from './context.ts';

/** Reads who the process is. Throws `could-not-run` with the variable that is missing or wrong. */
export function readIdentity(service: string, env: Readonly<Record<string, string | undefined>>): Identity {
  const need = (name: string): string => {
    const value = env[name];
    if (value) return value;
    throw new FaultflixError('could-not-run', `${name} is not set`, {
      expected: 'the variables of docs/architecture.md, "Addresses and ports"',
      where: `environment of ${service}`,
    });
  };
  const region = need('FAULTFLIX_REGION');
  if (!isPlace(region)) {
    const expected = places.join(', ');
    throw new FaultflixError('could-not-run', 'FAULTFLIX_REGION is no place', { expected, received: region });
  }
  const podIp = need('POD_IP');
  if (isIP(podIp) === 0) throw new FaultflixError('could-not-run', 'POD_IP is no address', { received: podIp });
  return {
    service,
    region,
    pod: need('POD_NAME'),
    podUid: need('POD_UID'),
    podIp,
    node: need('NODE_NAME'),
  };
}
