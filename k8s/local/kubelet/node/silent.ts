/**
 * A node with this annotation falls silent: its lease and status are renewed no more, and what the API wants of its pods
 * is not done, as if its kubelet had been stopped. Its containers run on. Without the annotation it goes on where it was.
 * One process plays all nodes, so a single one of them cannot be stopped by a signal.
 */
export const SILENT = 'faultflix.dev/silent';

export const isSilent = ({ metadata }: { readonly metadata: object }): boolean =>
  (metadata as { annotations?: Record<string, string> }).annotations?.[SILENT] === 'true';
