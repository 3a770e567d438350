/** Seconds until a player asks again: an edge that is lost is left by the player itself at its first failed segment. */
const TTL_SECONDS = 10;

/**
 * HLS Content Steering 1.2 (https://datatracker.ietf.org/doc/draft-pantos-hls-rfc8216bis/, section 7.2); DASH content
 * steering (ETSI TS 103 998) reads the same document. Pathways are edges, best first. Playlists have relative URLs, so the
 * pathway of whatever edge a player began with is `.`, and those of the others are clones of it at another host.
 */
export function steeringManifest(edges: readonly string[], path: string): string {
  const hosts = edges.map((edge) => new URL(edge).host);
  return JSON.stringify({
    VERSION: 1,
    TTL: TTL_SECONDS,
    'RELOAD-URI': path,
    'PATHWAY-PRIORITY': hosts.map(pathwayOf),
    'PATHWAY-CLONES': hosts.map((host) => ({
      'BASE-ID': '.',
      ID: pathwayOf(host),
      'URI-REPLACEMENT': { HOST: host },
    })),
  });
}

/** Pathway ids have letters, digits, `.`, `-` and `_` only. */
const pathwayOf = (host: string) => host.replaceAll(/[^\w.-]/g, '_');
