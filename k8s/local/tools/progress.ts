/** How far a tool is: docs/architecture.md, "Processes of npm start". */
export interface Progress {
  /** The tool, or the tools that are built together: `kube-apiserver, kube-scheduler`. */
  readonly what: string;
  readonly way: 'cache' | 'download' | 'build';
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
  readonly unit: 'bytes' | 'modules' | 'packages';
  /** Absent while it cannot be told. */
  readonly etaMs?: number;
  /** Another process does it, and this one waits for it. */
  readonly shared?: true;
}

export type OnProgress = (progress: Progress) => void;

/** Time left at the mean speed so far; undefined until there is a speed to speak of. */
export function etaMs(done: number, total: number, elapsedMs: number): number | undefined {
  if (done <= 0 || total <= 0 || elapsedMs <= 0) return undefined;
  return Math.max(0, Math.round(((total - done) * elapsedMs) / done));
}
