import type { IncomingHttpHeaders } from 'node:http';
import { parseCmcd } from '#contracts/cmcd.ts';
import type { Metrics } from '#kit/metrics.ts';

const headerNames = ['cmcd-request', 'cmcd-object', 'cmcd-status', 'cmcd-session'] as const;

/** What players say with each request (CTA-5004, as headers or as the query argument `CMCD`), at this edge. */
export function edgeViewing(metrics: Pick<Metrics, 'counter' | 'histogram'>) {
  const buffer = metrics.histogram({
    name: 'edge_player_buffer_seconds',
    help: 'Buffered video that players report (CMCD bl)',
    buckets: [0.5, 1, 2, 4, 8, 16, 32],
  });
  const starved = metrics.counter({ name: 'edge_player_starved_total', help: 'Reports of a dry buffer (CMCD bs)' });
  const throughput = metrics.histogram({
    name: 'edge_player_throughput_kbps',
    help: 'Throughput that players measure (CMCD mtp)',
    buckets: [250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000],
  });
  const refused = metrics.counter({ name: 'edge_cmcd_refused_total', help: 'CMCD keys not as CTA-5004 has them' });
  return (headers: IncomingHttpHeaders, query: { readonly CMCD?: string | string[] }): void => {
    const text = query.CMCD === undefined ? inHeaders(headers) : String(query.CMCD);
    if (text === '') return;
    const { values, refused: bad } = parseCmcd(text);
    if (typeof values.bl === 'number') buffer.observe(values.bl / 1_000);
    if (typeof values.mtp === 'number') throughput.observe(values.mtp);
    if (values.bs === true) starved.inc();
    if (bad.length > 0) refused.inc(bad.length);
  };
}

function inHeaders(headers: IncomingHttpHeaders): string {
  let text = '';
  for (const name of headerNames) {
    const part = headers[name];
    if (part !== undefined) text = text === '' ? String(part) : `${text},${part}`;
  }
  return text;
}
