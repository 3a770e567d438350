import type { Metrics } from '#kit/metrics.ts';

/** What the kit's figures of calls do not say: how large the catalogue is, what searching costs and how often it fails. */
export function catalogMetrics(metrics: Metrics, titles: number) {
  metrics.gauge({ name: 'catalog_titles', help: 'Titles in the catalogue' }).set(titles);
  const seconds = metrics.histogram({
    name: 'catalog_search_seconds',
    help: 'Time that searching took, without the call around it',
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25],
  });
  const searches = metrics.counter({
    name: 'catalog_searches_total',
    help: 'Searches by whether anything was found',
    labels: ['outcome'],
  });
  return {
    onSearch(took: number, found: number): void {
      seconds.observe(took);
      searches.inc({ outcome: found > 0 ? 'found' : 'nothing' });
    },
  };
}
