import type { Region } from '#base/names.ts';
import type { Endpoint } from '../context.ts';
import { ServiceEndpoints } from '../discovery/directory.ts';

export interface StaticEndpoint {
  readonly id: string;
  readonly port: number;
  readonly region?: Region;
  readonly host?: string;
}

/** A list of endpoints that a test sets. */
export class StaticEndpoints extends ServiceEndpoints {
  readonly set: (endpoints: readonly StaticEndpoint[]) => void;

  constructor(service: string, first: readonly StaticEndpoint[]) {
    let current: readonly Endpoint[] = first.map((endpoint) => full(service, endpoint));
    super(service, () => current, Promise.resolve());
    this.set = (endpoints) => {
      current = endpoints.map((endpoint) => full(service, endpoint));
      this.refresh();
    };
  }
}

export function full(
  service: string,
  { id, port, region = 'us-east-1', host = '127.0.0.1' }: StaticEndpoint,
): Endpoint {
  return { id, service, region, node: undefined, zone: undefined, podIp: host, host, port, state: 'ready' };
}
