import assert from 'node:assert/strict';
import { it } from 'node:test';
import { encodedMs } from './command.ts';
import { sourceOf } from './probe.ts';

it('progress lines tell how far the encoding is', () => {
  assert.equal(encodedMs('out_time_us=1500000'), 1_500);
  for (const line of ['out_time_us=N/A', 'frame=10', '', 'out_time_us=-1'])
    assert.equal(encodedMs(line), undefined, line);
});

it('a source is judged by its streams: the picture of a song is no video', () => {
  const format = { duration: '2.5' };
  const video = { codec_type: 'video', width: 640, height: 360 };
  const sound = { codec_type: 'audio' };
  const cover = { ...video, disposition: { attached_pic: 1 } };
  assert.deepEqual(sourceOf({ streams: [sound, video], format }, 'f'), {
    ...{ durationMs: 2_500, widthPx: 640, heightPx: 360 },
    hasAudio: true,
  });
  assert.equal(sourceOf({ streams: [video], format }, 'f').hasAudio, false);
  for (const streams of [[], [sound], [sound, cover]])
    assert.throws(() => sourceOf({ streams, format }, 'f'), /no video in the file/);
  for (const duration of ['N/A', '0', ''])
    assert.throws(() => sourceOf({ streams: [video], format: { duration } }, 'f'), /unknown length/);
});
