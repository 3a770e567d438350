/** A k6 script that only makes requests: what the driver itself costs. */
import http from 'k6/http';

export const options = {
  scenarios: {
    requests: { executor: 'shared-iterations', vus: 10, iterations: Number(__ENV.REQUESTS) / 10, maxDuration: '120s' },
  },
  thresholds: { http_req_failed: ['rate==0'], http_reqs: [`count==${__ENV.REQUESTS}`] },
};

export default async function requests(): Promise<void> {
  for (let n = 0; n < 10; n++) await http.asyncRequest('GET', __ENV.TARGET || '');
}
