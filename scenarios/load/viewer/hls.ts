/** The part of HLS (RFC 8216) that a viewer of on-demand CMAF needs: a master playlist and its media playlists. */

export interface Rendition {
  readonly path: string;
  readonly bandwidthBps: number;
  /** Lines; 0 when the playlist does not say. */
  readonly height: number;
  /** Name of its group of audio renditions. */
  readonly audio: string | undefined;
}

export interface Master {
  /** Ascending by bandwidth. */
  readonly renditions: readonly Rendition[];
  /** Path of the default audio playlist by group. */
  readonly audio: { readonly [group: string]: string };
}

export interface Segment {
  readonly path: string;
  readonly durationMs: number;
}

export interface Media {
  /** The initialisation segment. */
  readonly init: string | undefined;
  readonly segments: readonly Segment[];
}

/** Undefined when the text is no master playlist with a rendition. */
export function parseMaster(text: string, at: string): Master | undefined {
  const lines = linesOf(text);
  if (lines[0] !== '#EXTM3U') return undefined;
  const renditions: Rendition[] = [];
  const audio: { [group: string]: string } = {};
  lines.forEach((line, index) => {
    if (line.startsWith('#EXT-X-MEDIA:')) {
      const { TYPE, URI, DEFAULT } = attributes(line);
      const group = attributes(line)['GROUP-ID'];
      if (TYPE === 'AUDIO' && URI && group && (DEFAULT === 'YES' || !audio[group])) audio[group] = resolve(at, URI);
    }
    const uri = lines[index + 1];
    if (!line.startsWith('#EXT-X-STREAM-INF:') || uri === undefined || uri.startsWith('#')) return;
    const { BANDWIDTH, RESOLUTION, AUDIO } = attributes(line);
    renditions.push({
      path: resolve(at, uri),
      bandwidthBps: Number(BANDWIDTH) || 0,
      height: Number((RESOLUTION || '').split('x')[1]) || 0,
      audio: AUDIO,
    });
  });
  if (renditions.length === 0) return undefined;
  renditions.sort((a, b) => a.bandwidthBps - b.bandwidthBps);
  return { renditions, audio };
}

/** Undefined when the text is no media playlist with a segment. */
export function parseMedia(text: string, at: string): Media | undefined {
  const lines = linesOf(text);
  if (lines[0] !== '#EXTM3U') return undefined;
  const segments: Segment[] = [];
  let init: string | undefined;
  let durationMs = 0;
  for (const line of lines) {
    if (line.startsWith('#EXT-X-MAP:')) init = resolve(at, attributes(line).URI || '');
    else if (line.startsWith('#EXTINF:')) durationMs = Number.parseFloat(line.slice(8)) * 1000;
    else if (!line.startsWith('#') && durationMs > 0) {
      segments.push({ path: resolve(at, line), durationMs });
      durationMs = 0;
    }
  }
  return segments.length === 0 ? undefined : { init, segments };
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function attributes(line: string): { [name: string]: string | undefined } {
  const found: { [name: string]: string } = {};
  const list = line.slice(line.indexOf(':') + 1).match(/[A-Z0-9-]+=("[^"]*"|[^,]*)/g) || [];
  for (const pair of list) {
    const equals = pair.indexOf('=');
    found[pair.slice(0, equals)] = pair.slice(equals + 1).replace(/^"|"$/g, '');
  }
  return found;
}

/** A reference relative to the path of the playlist that holds it. k6 has no URL class. */
function resolve(at: string, reference: string): string {
  return reference.startsWith('/') ? reference : at.slice(0, at.lastIndexOf('/') + 1) + reference;
}
