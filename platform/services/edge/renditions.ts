/** Manifests for a plan that ends at a height. What cannot be read stays as it is; the lowest rendition always stays. */
export function cappedManifest(name: string, text: string, maxHeightPx: number): string {
  if (name === 'master.m3u8') return cappedMaster(text, maxHeightPx);
  return name.endsWith('.mpd') ? cappedMpd(text, maxHeightPx) : text;
}

/** Whether a manifest names renditions. */
export const namesRenditions = (name: string): boolean => name === 'master.m3u8' || name.endsWith('.mpd');

/** Variants of RFC 8216, 4.3.4.2 and 4.3.4.3: a tag, and for the former the URI in the line after it. */
function cappedMaster(text: string, maxHeightPx: number): string {
  const variant = /#EXT-X-STREAM-INF:[^\n]*\n[^#\n]+\n?|#EXT-X-I-FRAME-STREAM-INF:[^\n]*\n?/g;
  const heightOf = (found: string) => Number(/RESOLUTION=\d+x(\d+)/.exec(found)?.[1] ?? 0);
  return without({ text, rendition: variant, heightOf, maxHeightPx });
}

function cappedMpd(text: string, maxHeightPx: number): string {
  const representation = /\s*<Representation\b[^>]*?(?:\/>|>[\s\S]*?<\/Representation>)/g;
  const heightOf = (found: string) => Number(/^\s*<Representation\b[^>]*?\sheight="(\d+)"/.exec(found)?.[1] ?? 0);
  return without({ text, rendition: representation, heightOf, maxHeightPx });
}

interface Without {
  readonly text: string;
  readonly rendition: RegExp;
  /** 0 for sound and what says no height. */
  readonly heightOf: (found: string) => number;
  readonly maxHeightPx: number;
}

function without({ text, rendition, heightOf, maxHeightPx }: Without): string {
  const heights = [...text.matchAll(rendition)].map(([found]) => heightOf(found)).filter((height) => height > 0);
  const most = Math.max(maxHeightPx, Math.min(...heights));
  return text.replace(rendition, (found) => (heightOf(found) > most ? '' : found));
}
