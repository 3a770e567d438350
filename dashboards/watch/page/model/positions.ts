/** How far a profile has come in a title, and how long a film was that this device has played. Pure. */
export interface Position {
  readonly titleId: string;
  readonly positionMs: number;
  readonly atMs: number;
}

/** As the platform's own: what is beyond counts as seen. */
export const FINISHED_SHARE = 0.9;

/** From 0 to 1; undefined where nothing was watched. `lengthMs`: of the film, as well as it is known. */
export function shareWatched(positionMs: number | undefined, lengthMs: number | undefined): number | undefined {
  if (positionMs === undefined || positionMs <= 0 || lengthMs === undefined || lengthMs <= 0) return undefined;
  return Math.min(1, positionMs / lengthMs);
}

export const isFinished = (share: number | undefined): boolean => share !== undefined && share >= FINISHED_SHARE;

/** Where to go on: at the beginning after the end, which a film's own length tells better than its catalogue. */
export function startAtMs(resumeMs: number | undefined, lengthMs: number | undefined): number {
  const share = shareWatched(resumeMs, lengthMs);
  return resumeMs === undefined || isFinished(share) ? 0 : resumeMs;
}

/** The episode's own title, `x.s1e2` of `x`. */
export const titleOf = (id: string): string => id.replace(/\.s\d+e\d+$/, '');
