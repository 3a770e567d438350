/**
 * The player's buffer as a model: video that has arrived plays off at the speed of time; when none is left after the
 * first frame, the picture stands still (rebuffering) until enough has arrived. Pure: time comes with each call.
 */
export interface BufferState {
  /** Video that has arrived and was not yet played. */
  readonly bufferMs: number;
  readonly playing: boolean;
  /** Whether the first frame was ever shown. */
  readonly started: boolean;
  readonly positionMs: number;
  readonly atMs: number;
  /** No more will come: an empty buffer is the end, not a stall. */
  readonly complete: boolean;
}

/** What passed since the last call. */
export interface Passed {
  readonly playedMs: number;
  readonly stalledMs: number;
}

/** Video needed to start, and to go on after a stall: one segment starts at once, a stall wants a little more. */
export const START_AT_MS = 1;
export const RESUME_AT_MS = 2000;

export function emptyBuffer(atMs: number): BufferState {
  return { bufferMs: 0, playing: false, started: false, positionMs: 0, atMs, complete: false };
}

/** Lets time pass up to `atMs`. Waiting before the first frame is start-up, not a stall. */
export function passTime(state: BufferState, atMs: number): [BufferState, Passed] {
  const elapsedMs = Math.max(0, atMs - state.atMs);
  const playedMs = state.playing ? Math.min(elapsedMs, state.bufferMs) : 0;
  const bufferMs = state.bufferMs - playedMs;
  const over = state.complete && bufferMs <= 0;
  const stalledMs = state.started && !over ? elapsedMs - playedMs : 0;
  const playing = state.playing && bufferMs > 0;
  const next = {
    ...state,
    bufferMs,
    playing,
    positionMs: state.positionMs + playedMs,
    atMs: Math.max(state.atMs, atMs),
  };
  return [next, { playedMs, stalledMs }];
}

/** Video arrives. Call `passTime` first. */
export function arrive(state: BufferState, durationMs: number): BufferState {
  const bufferMs = state.bufferMs + durationMs;
  const enough = bufferMs >= (state.started ? RESUME_AT_MS : START_AT_MS) || state.complete;
  const playing = state.playing || enough;
  return { ...state, bufferMs, playing, started: state.started || playing };
}

/** The last segment is there: what is buffered plays off, however little. */
export function complete(state: BufferState): BufferState {
  return { ...state, complete: true, playing: state.started && state.bufferMs > 0 };
}
