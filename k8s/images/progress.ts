import type { ImageName } from './image.ts';

/** How far an image is; the form of docs/architecture.md, "Processes of npm start". */
export interface BuildProgress {
  readonly what: ImageName;
  /** `read`: its layers are named; `write`: its archive is made; `tool`: a program that it holds is made first. */
  readonly way: 'read' | 'write' | 'tool';
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
  readonly unit: 'bytes' | 'modules' | 'packages';
  /** Absent while it cannot be told. */
  readonly etaMs?: number;
}

export type OnBuildProgress = (progress: BuildProgress) => void;
