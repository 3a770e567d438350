import type { PodView } from '../../feed/wire.ts';
import { podTone } from '../model/platform.ts';

const words = { ready: 'ready', 'not-ready': 'not ready', ending: 'ending', failed: 'failed' } as const;
const signs = { ready: '●', 'not-ready': '◐', ending: '○', failed: '✕' } as const;

export const podWords = (pod: PodView): string => {
  const tone = podTone(pod);
  return pod.reason && tone !== 'ready' ? `${words[tone]}: ${pod.reason}` : words[tone];
};

/** One sign a pod; shape and colour say the same. */
export function PodDots({ pods }: { readonly pods: readonly PodView[] }) {
  return (
    <span className="ff-dots">
      {pods.map((pod) => (
        <PodSign key={pod.uid} pod={pod} />
      ))}
    </span>
  );
}

export function PodSign({ pod }: { readonly pod: PodView }) {
  const tone = podTone(pod);
  const label = `${pod.name}: ${podWords(pod)}`;
  return (
    <span role="img" className={`ff-pod ff-pod-${tone}`} title={label} aria-label={label}>
      {signs[tone]}
    </span>
  );
}
