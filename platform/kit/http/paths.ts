/** Path at which a caller may ask over the very door it uses whether anybody is there. */
export const HEALTH_PATH = '/healthz';

/** Header of an error that came of a call which the server made: it is not the server that is unwell. */
export const RELAYED_HEADER = 'faultflix-relayed';

/** On every answer: with it `faultflix trace` shows the request's path through the services. */
export const TRACE_HEADER = 'x-trace-id';
