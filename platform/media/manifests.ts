import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HLS_MASTER } from './command.ts';

/**
 * FFmpeg writes its HLS playlists as those of a live stream that ended: with the date of the encoding in each segment.
 * A title on demand has no date, says that it is on demand (RFC 8216, 4.3.3.5), and encodes the same bytes every time.
 */
export function onDemandPlaylist(text: string): string {
  const lines = text.split('\n').filter((line) => !line.startsWith('#EXT-X-PROGRAM-DATE-TIME:'));
  const at = lines.findIndex((line) => line.startsWith('#EXT-X-TARGETDURATION:'));
  lines.splice(at + 1, 0, '#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-INDEPENDENT-SEGMENTS');
  return lines.join('\n');
}

/** Segments of a media playlist with their duration in seconds. */
export function segmentsOf(playlist: string): Array<{ name: string; seconds: number }> {
  const found = [...playlist.matchAll(/#EXTINF:([\d.]+),\n(?:#.*\n)*([^#\n]+)/g)];
  return found.map(([, seconds, name]) => ({ name: name!.trim(), seconds: Number(seconds) }));
}

/**
 * The master playlist with BANDWIDTH as RFC 8216, 4.3.4.2, defines it: the peak bit rate of the rendition's segments and
 * of the sound that goes with it. A player that trusts a lower number stalls.
 */
export function withPeakBandwidth(master: string, peakBps: ReadonlyMap<string, number>): string {
  const audioBps = peakBps.get(/^#EXT-X-MEDIA:TYPE=AUDIO.*URI="([^"]+)"/m.exec(master)?.[1] ?? '') ?? 0;
  return master.replace(/BANDWIDTH=\d+(.*)\n([^#\n]+)/g, (all, rest: string, playlist: string) => {
    const videoBps = peakBps.get(playlist.trim());
    return videoBps === undefined ? all : `BANDWIDTH=${videoBps + audioBps}${rest}\n${playlist}`;
  });
}

/** Rewrites the HLS playlists of a freshly encoded folder. */
export async function finishPlaylists(folder: string): Promise<void> {
  const peakBps = new Map<string, number>();
  for (const name of await readdir(folder)) {
    if (!/^media_\d+\.m3u8$/.test(name)) continue;
    const text = onDemandPlaylist(await readFile(join(folder, name), 'utf8'));
    await writeFile(join(folder, name), text);
    const rates = segmentsOf(text)
      .filter(({ seconds }) => seconds >= 0.5) // a short tail says nothing of the rate that a player must sustain
      .map(async (segment) => ((await stat(join(folder, basename(segment.name)))).size * 8) / segment.seconds);
    peakBps.set(name, Math.ceil(Math.max(0, ...(await Promise.all(rates)))));
  }
  const master = join(folder, HLS_MASTER);
  await writeFile(master, withPeakBandwidth(await readFile(master, 'utf8'), peakBps));
}
