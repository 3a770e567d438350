import { ecsFormat } from '@elastic/ecs-pino-format';
import { type Logger, pino } from 'pino';

/** Log lines of the controller and the warden: JSON on stdout, Elastic Common Schema. */
export function makeLog(service: string, env: NodeJS.ProcessEnv = process.env): Logger {
  const ecs = ecsFormat({ apmIntegration: false, serviceName: service });
  return pino({ ...ecs, level: env.LOG_LEVEL ?? 'info' });
}

export type { Logger };
