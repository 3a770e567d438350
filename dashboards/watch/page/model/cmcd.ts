/**
 * What a player says of itself with a heartbeat: Common Media Client Data, CTA-5004, as its four headers. Pure.
 * https://cdn.cta.tech/cta/media/media/resources/standards/pdfs/cta-5004-final.pdf
 */
export interface PlayerState {
  /** `host:port` of the edge in use. */
  readonly edge: string | undefined;
  readonly playback: string;
  readonly title: string;
  readonly format: 'hls' | 'dash';
  readonly bufferMs: number;
  readonly bitrateBps: number | undefined;
  readonly bandwidthBps: number | undefined;
  readonly rate: number;
  /** Since the last heartbeat. */
  readonly starved: boolean;
}

export function cmcdHeaders(state: PlayerState): Readonly<Record<string, string>> {
  const { edge, playback, title, format, bufferMs, bitrateBps, bandwidthBps, rate, starved } = state;
  return {
    ...header('CMCD-Object', bitrateBps === undefined ? [] : [`br=${Math.round(bitrateBps / 1_000)}`]),
    // The standard rounds these two to the nearest hundred.
    ...header('CMCD-Request', [
      `bl=${hundreds(bufferMs)}`,
      ...(bandwidthBps === undefined ? [] : [`mtp=${hundreds(bandwidthBps / 1_000)}`]),
    ]),
    ...header('CMCD-Status', starved ? ['bs'] : []),
    ...header('CMCD-Session', [
      `cid=${quoted(title)}`,
      ...(edge === undefined ? [] : [`dev.faultflix-edge=${quoted(edge)}`]),
      ...(rate === 1 ? [] : [`pr=${rate.toFixed(2)}`]),
      `sf=${format === 'hls' ? 'h' : 'd'}`,
      `sid=${quoted(playback.slice(0, 64))}`,
      'st=v',
    ]),
  };
}

const header = (name: string, parts: readonly string[]) => (parts.length === 0 ? {} : { [name]: parts.join(',') });
const hundreds = (value: number) => Math.round(Math.max(0, value) / 100) * 100;
const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, (found) => `\\${found}`)}"`;
