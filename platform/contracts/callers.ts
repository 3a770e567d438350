/**
 * Who may call whom, and the only place that says so: what is not listed is refused. A caller is named by the service and the
 * place that its certificate proves; `router@global` is that service in that place alone.
 */
export type Caller = string;

/** By the service that is called. One that is not listed serves nobody. */
export const grpcCallers: Readonly<Record<string, readonly Caller[]>> = {
  billing: ['gateway'],
  catalog: ['gateway', 'playback'],
  playback: ['gateway'],
  recommendations: ['gateway'],
  users: ['gateway', 'email'],
};

/** Doors that only services of ours come to. One that is not listed is open to viewers, who have no certificate. */
export const httpsCallers: Readonly<Record<string, readonly Caller[]>> = {
  gateway: ['router@global', 'gateway'],
  origin: ['edge'],
  users: ['gateway'],
};

export interface CallingService {
  readonly service: string;
  readonly region: string;
}

export const mayCall = (callers: readonly Caller[], { service, region }: CallingService): boolean =>
  callers.includes(service) || callers.includes(`${service}@${region}`);
