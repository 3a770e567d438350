import type { Metrics } from '../metrics.ts';
import type { Surroundings } from '../servers.ts';
import { ExportQueue } from './export-queue.ts';
import { otlpSettings } from './otlp-settings.ts';

/** Time that the last spans have when the process ends, within what a pod has after its calls are drained. */
export const FLUSH_MS = 1_500;

/** The way out for spans when an endpoint is set (`OTEL_EXPORTER_OTLP_ENDPOINT`); undefined when none is. */
export async function spanExport(
  { identity, env, clock, log }: Surroundings,
  metrics: Metrics,
): Promise<ExportQueue | undefined> {
  const settings = otlpSettings(env);
  if (settings === undefined) return undefined;
  const { otlpSender } = await import('./otlp.ts');
  return new ExportQueue({ send: otlpSender(identity), settings, clock, metrics, log });
}
