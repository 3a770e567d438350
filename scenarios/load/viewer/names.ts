/** Names of the viewer's own metrics: written by the k6 script, read by the aggregator. No imports, so both may. */
export const names = {
  /** Counter, 1 a request as the viewer sees it. Tags: name (kind), ok, code. */
  request: 'viewer_request',
  /** Trend, ms, of the same. Tags: name; every_ms when the kind has a cadence (coordinated omission). */
  requestDuration: 'viewer_request_duration',
  /** Counter, 1 an attempt that failed and was then tried elsewhere. Tags: name, code. */
  retried: 'viewer_retried',
  /** Counter, 1 a start of a title. Tags: ok. */
  playStarts: 'play_starts',
  /** Trend, ms. */
  startupDelay: 'startup_delay',
  /** Counters, ms. */
  playing: 'playing_ms',
  rebuffer: 'rebuffer_ms',
  /** Trend, ms: how late a timer of the script fired; the driver's own lateness as the script sees it. */
  timerLag: 'viewer_timer_lag',
  /** Counter, 1 an observation of a play. Tags: session title playback event by code continued. */
  played: 'viewer_played',
  /** Counter, 1 a thing that a viewer was told of an account or of money. Tags: line (its type), since (epoch ms), fields. */
  told: 'viewer_told',
} as const;

/** Requests with this tag are judged by `request` above, not one by one. */
export const judgedTag = 'judged';
