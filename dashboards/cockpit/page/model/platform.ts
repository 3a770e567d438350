/** Pods by region and service. Pure. */
import type { FeedState, PodView } from '../../feed/wire.ts';

export interface ServiceRow {
  readonly service: string;
  readonly pods: readonly PodView[];
  readonly ready: number;
  readonly restarts: number;
}

export interface RegionGroup {
  readonly region: string;
  readonly services: readonly ServiceRow[];
  readonly ready: number;
  readonly pods: number;
  readonly restarts: number;
}

/** A pod that ended as it should is not part of what is up: Jobs leave theirs. */
const isUp = ({ phase }: PodView): boolean => phase !== 'Succeeded';
const ORDER = ['global', 'us-east-1', 'us-west-2', 'ap-south-1', 'chaos'];

export function platformOf({ pods }: Pick<FeedState, 'pods'>): readonly RegionGroup[] {
  const up = Object.values(pods).filter(isUp);
  const regions = [...new Set(up.map(({ region }) => region))].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  return regions.map((region) => {
    const own = up.filter((pod) => pod.region === region);
    const services = [...new Set(own.map(({ service }) => service))].sort().map((service) => {
      const its = own.filter((pod) => pod.service === service).sort((a, b) => a.name.localeCompare(b.name));
      return { service, pods: its, ...sums(its) };
    });
    return { region, services, pods: own.length, ...sums(own) };
  });
}

export type PodTone = 'ready' | 'not-ready' | 'ending' | 'failed';

export function podTone({ ready, deleting, phase, reason }: PodView): PodTone {
  if (deleting) return 'ending';
  if (ready) return 'ready';
  return phase === 'Failed' || /BackOff|Err|Evicted/.test(reason ?? '') ? 'failed' : 'not-ready';
}

const rank = (region: string): number => (ORDER.indexOf(region) + ORDER.length + 1) % (ORDER.length + 1);

const sums = (pods: readonly PodView[]) => ({
  ready: pods.filter((pod) => podTone(pod) === 'ready').length,
  restarts: pods.reduce((sum, { restarts }) => sum + restarts, 0),
});
