import type { IncomingMessage } from 'node:http';
import { json, type Reply } from './reply.ts';
import { type MoneyStandIn, moneyStandIn } from './stand-in-money.ts';

const SEGMENTS = 10;
const ladder = [
  { name: '240', bps: 130_000, size: '426x240' },
  { name: '480', bps: 300_000, size: '854x480' },
  { name: '720', bps: 640_000, size: '1280x720' },
  { name: '1080', bps: 1_130_000, size: '1920x1080' },
];

/** What the platform answers, in the shape of docs/architecture.md, "What a viewer calls". Bytes, not video. */
export function standIn(
  edges: readonly string[],
  heartbeatMs: number,
  money: MoneyStandIn = moneyStandIn(),
): (request: IncomingMessage, body: string) => Reply {
  let sessions = 0;
  let playbacks = 0;
  const byKey = new Map<string, string>();
  return (request, body) => {
    const call = `${request.method} ${request.url}`;
    const ofMoney = money(request, body);
    if (ofMoney) return ofMoney;
    if (call === 'POST /v1/session') {
      const session = `session-${++sessions}`;
      return json({ playToken: `token-${session}`, session, region: 'us-east-1' });
    }
    if (request.url?.startsWith('/v1/t/')) return media(request.url.split('/').at(-1) ?? '');
    if (!request.headers.authorization?.startsWith('Bearer token-')) return json({ error: 'no token' }, 401);
    if (call === 'GET /v1/browse') {
      const titles = [
        { id: 'big-buck-bunny', name: 'Big Buck Bunny' },
        { id: 'second', name: 'Second' },
      ];
      return json({ rows: [{ reason: 'popular', titles }] });
    }
    if (call === 'POST /v1/play') {
      const { titleId } = JSON.parse(body) as { titleId: string };
      const key = String(request.headers['idempotency-key']);
      const playback = byKey.get(key) ?? `playback-${++playbacks}`;
      byKey.set(key, playback);
      const hls = `/v1/t/signature/${titleId}/master.m3u8`;
      return json({
        playback,
        title: titleId,
        edges,
        hls,
        dash: hls.replace('master.m3u8', 'manifest.mpd'),
        heartbeatMs,
      });
    }
    if (call === 'POST /v1/heartbeat') return json({});
    return json({ error: 'no such call' }, 404);
  };
}

function media(name: string): Reply {
  if (name === 'master.m3u8') {
    const lines = ['#EXTM3U', '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="sound",DEFAULT=YES,URI="media_audio.m3u8"'];
    for (const { name, bps, size } of ladder) {
      lines.push(`#EXT-X-STREAM-INF:BANDWIDTH=${bps},RESOLUTION=${size},CODECS="avc1.4d401e,mp4a.40.2",AUDIO="a"`);
      lines.push(`media_${name}.m3u8`, '');
    }
    return playlist(lines);
  }
  const track = /^media_(\w+)\.m3u8$/.exec(name)?.[1];
  if (track) {
    const lines = ['#EXTM3U', '#EXT-X-TARGETDURATION:2', `#EXT-X-MAP:URI="init-${track}.mp4"`];
    for (let n = 1; n <= SEGMENTS; n++) lines.push('#EXTINF:2.000000,', `seg-${track}-${n}.m4s`);
    return playlist([...lines, '#EXT-X-ENDLIST']);
  }
  if (name.startsWith('init-')) return { status: 200, type: 'video/mp4', body: Buffer.alloc(800, 1) };
  const bps = ladder.find((each) => name.startsWith(`seg-${each.name}-`))?.bps ?? 96_000;
  return { status: 200, type: 'video/iso.segment', body: Buffer.alloc((bps * 2) / 8, 2) };
}

const playlist = (lines: readonly string[]): Reply => ({
  status: 200,
  type: 'application/vnd.apple.mpegurl',
  body: Buffer.from(lines.join('\n')),
});
