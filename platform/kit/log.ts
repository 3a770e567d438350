import { ecsFormat } from '@elastic/ecs-pino-format';
import { type Logger, pino } from 'pino';
import type { Identity } from './context.ts';
import { currentRequest } from './request-context.ts';

export interface LogOptions {
  readonly identity: Identity;
  /** pino's levels; `info` unless told. */
  readonly level?: string | undefined;
}

/** JSON lines in the Elastic Common Schema on stdout, each with the trace of the request it was written for. */
export function createLog({ identity, level = 'info' }: LogOptions): Logger {
  return pino({
    ...ecsFormat({ apmIntegration: false, serviceName: identity.service, serviceNodeName: identity.pod }),
    level,
    mixin: () => {
      const request = currentRequest();
      return request === undefined ? {} : { 'trace.id': request.traceId, 'faultflix.session': request.session };
    },
  }).child({ 'cloud.region': identity.region, 'host.name': identity.node });
}
