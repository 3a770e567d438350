import { log } from '../log.ts';
import type { Container, Probe } from '../types.ts';
import type { ProbeTarget } from './check.ts';
import { type ProbeKind, runProbe } from './prober.ts';

interface Options {
  readonly spec: Container;
  readonly target: ProbeTarget;
  readonly startedAtMs: number;
  readonly startupPassed: boolean;
  readonly now: () => number;
  readonly onStarted: () => void;
  readonly onReady: (ready: boolean) => void;
  /** The startup or liveness probe has failed for good: the container is to be ended. */
  readonly onUnwell: (kind: 'startup' | 'liveness', message: string, probe: Probe) => void;
  readonly onFailure: (kind: ProbeKind, message: string) => void;
}

/** The probes of one running instance. Liveness and readiness wait until the startup probe has passed. */
export class ContainerProbes {
  readonly #options: Options;
  readonly #all = new AbortController();
  readonly #vital = new AbortController();

  constructor(options: Options) {
    this.#options = options;
    const { spec, startupPassed } = options;
    if (spec.startupProbe && !startupPassed) this.#startup(spec.startupProbe);
    else this.#rest();
  }

  /** The container is being ended: only its readiness still matters. */
  stopping(): void {
    this.#vital.abort();
  }

  close(): void {
    this.#vital.abort();
    this.#all.abort();
  }

  #startup(probe: Probe): void {
    this.#run('startup', probe, this.#vital.signal, (verdict, message) => {
      if (verdict === 'failure') return this.#options.onUnwell('startup', message, probe);
      this.#options.onStarted();
      this.#rest();
    });
  }

  #rest(): void {
    const { spec, onReady, onUnwell } = this.#options;
    const { livenessProbe, readinessProbe } = spec;
    if (livenessProbe) {
      this.#run('liveness', livenessProbe, this.#vital.signal, (verdict, message) => {
        if (verdict === 'failure') onUnwell('liveness', message, livenessProbe);
      });
    }
    if (readinessProbe)
      this.#run('readiness', readinessProbe, this.#all.signal, (verdict) => onReady(verdict === 'success'));
  }

  #run(
    kind: ProbeKind,
    probe: Probe,
    signal: AbortSignal,
    onVerdict: (verdict: 'success' | 'failure', message: string) => void,
  ): void {
    const { target, startedAtMs, now, onFailure } = this.#options;
    if (signal.aborted) return;
    runProbe({
      kind,
      probe,
      target,
      startedAtMs,
      now,
      signal,
      onVerdict: (verdict, { message }) => onVerdict(verdict, message),
      onFailure: ({ message }) => onFailure(kind, message),
    }).catch((error: Error) => {
      if (error.name !== 'AbortError') log('probe-ended', { kind, error: String(error) });
    });
  }
}
