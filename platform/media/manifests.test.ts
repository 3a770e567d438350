import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { onDemandPlaylist, segmentsOf, withPeakBandwidth } from './manifests.ts';

const live = `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-MAP:URI="init-0.mp4"
#EXTINF:2.000000,
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000+0000
seg-0-00001.m4s
#EXTINF:1.960000,
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:02.000+0000
seg-0-00002.m4s
#EXT-X-ENDLIST
`;

describe('playlists', () => {
  it('lose the date of the encoding and become on demand', () => {
    const text = onDemandPlaylist(live);
    assert(!text.includes('DATE-TIME'));
    assert.match(
      text,
      /TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MEDIA-SEQUENCE/,
    );
    assert.match(text, /#EXT-X-ENDLIST\n$/);
  });

  it('name their segments and durations, dated or not', () => {
    const segments = [
      { name: 'seg-0-00001.m4s', seconds: 2 },
      { name: 'seg-0-00002.m4s', seconds: 1.96 },
    ];
    assert.deepEqual(segmentsOf(live), segments);
    assert.deepEqual(segmentsOf(onDemandPlaylist(live)), segments);
  });

  it('have the peak of picture and sound as their bandwidth', () => {
    const master = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",DEFAULT=YES,URI="media_2.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=426x240,AUDIO="a"
media_0.m3u8

#EXT-X-STREAM-INF:BANDWIDTH=2,RESOLUTION=640x360,AUDIO="a"
media_1.m3u8
`;
    const peaks = new Map([
      ['media_0.m3u8', 100_000],
      ['media_1.m3u8', 200_000],
      ['media_2.m3u8', 64_000],
    ]);
    const text = withPeakBandwidth(master, peaks);
    assert.match(text, /BANDWIDTH=164000,RESOLUTION=426x240,AUDIO="a"\nmedia_0/);
    assert.match(text, /BANDWIDTH=264000,RESOLUTION=640x360,AUDIO="a"\nmedia_1/);
  });
});
