import { CMCD_EDGE_KEY, parseCmcd } from '#contracts/cmcd.ts';
import type { Metrics } from '#kit/metrics.ts';

export interface ViewingParts {
  readonly metrics: Pick<Metrics, 'counter' | 'histogram'>;
  /** Whether it is an edge of ours: a label that players could make up would grow without end. */
  readonly isEdge: (hostAndPort: string) => boolean;
}

/** What players say of how it goes, by edge: https://cdn.cta.tech/cta/media/media/resources/standards/pdfs/cta-5004-final.pdf */
export function viewing({ metrics, isEdge }: ViewingParts): (cmcd: string) => void {
  const buffer = metrics.histogram({
    name: 'playback_buffer_seconds',
    help: 'Buffered video that players report (CMCD bl)',
    labels: ['edge'],
    buckets: [0.5, 1, 2, 4, 8, 16, 32],
  });
  const starved = metrics.counter({
    name: 'playback_starved_total',
    help: 'Reports of a buffer that ran dry (CMCD bs)',
    labels: ['edge'],
  });
  const reports = metrics.counter({ name: 'playback_cmcd_total', help: 'CMCD reports', labels: ['edge'] });
  const refused = metrics.counter({ name: 'playback_cmcd_refused_total', help: 'CMCD keys not as CTA-5004 has them' });
  return (cmcd) => {
    if (cmcd === '') return;
    const { values, refused: bad } = parseCmcd(cmcd);
    const named = values[CMCD_EDGE_KEY];
    const edge = typeof named === 'string' && isEdge(named) ? named : 'unknown';
    reports.inc({ edge });
    if (typeof values.bl === 'number') buffer.observe({ edge }, values.bl / 1_000);
    if (values.bs === true) starved.inc({ edge });
    if (bad.length > 0) refused.inc(bad.length);
  };
}
