/** The preflight, with what it found shown: what would go better on this cluster, and where a region is no place. */
import type { Clock } from '#base/clock.ts';
import { findingText, type Preflight, type PreflightOptions, preflight } from '../preflight/preflight.ts';
import type { Output } from '../terminal/output.ts';
import { step } from '../terminal/step.ts';

export interface CheckedOptions extends PreflightOptions {
  readonly out: Output;
  readonly clock: Clock;
}

export async function checked({ out, clock, ...options }: CheckedOptions): Promise<Preflight> {
  const { terminal } = out;
  const found = options.foreign
    ? await step({ terminal, clock, name: 'the cluster has what is needed' }, async () => {
        const value = await preflight(options);
        const { version, nodes } = value.facts;
        return { said: `Kubernetes ${version}, ${nodes.length} node${nodes.length === 1 ? '' : 's'}`, value };
      })
    : await preflight(options);
  const { placement, notes } = found;
  out.emit({ type: 'preflight', placement, notes });
  for (const note of notes) terminal.line(`  ${terminal.style('warn', 'note')} ${findingText(note)}`);
  return found;
}
