import { ecsFormat } from '@elastic/ecs-pino-format';
import { type Logger, pino } from 'pino';
import { asFaultflixError, exitCodeOf } from '#base/errors.ts';

/** Log lines of the controller and the warden: JSON on stdout, Elastic Common Schema. */
export function makeLog(service: string, env: NodeJS.ProcessEnv = process.env): Logger {
  const ecs = ecsFormat({ apmIntegration: false, serviceName: service });
  return pino({ ...ecs, level: env.LOG_LEVEL ?? 'info' });
}

/** What nobody caught, a start without its surroundings among it, is logged with its code and ends the process with it. */
export function dieOfUncaught(log: Logger): void {
  process.on('uncaughtException', (thrown) => {
    const error = asFaultflixError(thrown);
    log.fatal({ err: error, ...error.toJSON() }, 'nobody caught this');
    process.exit(exitCodeOf(error));
  });
}

export type { Logger };
