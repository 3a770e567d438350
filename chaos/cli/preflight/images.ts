/** Whether the nodes have our images. Pure. */
import type { ClusterFacts, Findings, Needs } from './facts.ts';

/** A kubelet tells of its 50 largest images at most (`nodeStatusMaxImages`), and only every few seconds. */
const TOLD_AT_MOST = 50;

/** Also what to do about an image that cannot be pulled. */
export const imagesTodo =
  'put them on the nodes with `npm run images -- --load containerd|docker|kind`, or push them and give --registry PREFIX';

export function checkImages(
  { nodes }: Pick<ClusterFacts, 'nodes'>,
  { images, architecture }: Pick<Needs, 'images' | 'architecture'>,
): Findings {
  // With a registry the nodes pull what they lack.
  if (architecture === undefined) return { refusals: [], notes: [] };
  const usable = nodes.filter(({ ready, schedulable }) => ready && schedulable);
  const told = usable.filter((node) => node.images.length > 0 && node.images.length < TOLD_AT_MOST);
  const lacking = told.filter((node) => images.some((image) => !node.images.includes(image)));
  const notes = [];
  if (lacking.length > 0) {
    const missing = images.filter((image) => lacking.some((node) => !node.images.includes(image)));
    notes.push({
      what: `${lacking.map(({ name }) => name).join(', ')}: not all of our images are there (${missing.join(', ')})`,
      todo: imagesTodo,
    });
  }
  const other = usable.filter((node) => node.architecture !== architecture);
  if (other.length > 0) {
    notes.push({
      what: `${other.map((node) => `${node.name} is ${node.architecture}`).join(', ')}, images made here are ${architecture}`,
      todo: 'make them on a machine of that kind, or cordon those nodes',
    });
  }
  return { refusals: [], notes };
}
