/** Path at which a caller may ask over the very door it uses whether anybody is there. */
export const HEALTH_PATH = '/healthz';
