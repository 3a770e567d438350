import assert from 'node:assert/strict';
import { duplexPair } from 'node:stream';
import { describe, it } from 'node:test';
import { constants, createDeflate, createInflate, type Deflate } from 'node:zlib';
import { dataFrames, parseFrames, ping } from './frames.ts';
import { dictionary, emptyHeaders, HeaderReader } from './headers.ts';
import { type SpdyStream, serveSpdy } from './session.ts';

const counted = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]);

/** A header block as a client compresses it: one stream for the whole connection. */
async function block(deflate: Deflate, headers: Record<string, string>): Promise<Buffer> {
  const entries = Object.entries(headers);
  const plain = [Buffer.from([0, 0, 0, entries.length]), ...entries.flatMap(([k, v]) => [counted(k), counted(v)])];
  await new Promise((resolve) => deflate.write(Buffer.concat(plain), resolve));
  await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve));
  const pieces: Buffer[] = [];
  for (let piece = deflate.read(); piece !== null; piece = deflate.read()) pieces.push(piece);
  return Buffer.concat(pieces);
}

const synStream = (id: number, headers: Buffer) => {
  const head = Buffer.from([0x80, 3, 0, 1, 0, 0, 0, headers.length + 10, 0, 0, 0, id, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([head, headers]);
};

describe('SPDY/3.1', () => {
  it('reads header blocks of one compressed stream, one after the other', async () => {
    const [deflate, reader] = [createDeflate({ dictionary }), new HeaderReader()];
    for (const headers of [
      { Streamtype: 'data', Port: '80' },
      { Streamtype: 'error', Port: '80' },
    ]) {
      const read = await reader.read(await block(deflate, headers));
      assert.deepEqual(
        [...read],
        [
          ['streamtype', headers.Streamtype],
          ['port', '80'],
        ],
      );
    }
    await assert.rejects(reader.read(Buffer.from('no zlib')), /does not decompress/);
  });

  it('writes blocks without headers that inflate to a count of zero, each at once', async () => {
    const inflate = createInflate({ flush: constants.Z_SYNC_FLUSH });
    for (const first of [true, false]) {
      await new Promise((resolve) => inflate.write(emptyHeaders(first), resolve));
      assert.deepEqual(inflate.read(), Buffer.from([0, 0, 0, 0]));
    }
  });

  it('takes only whole frames', () => {
    const bytes = Buffer.concat([dataFrames(3, Buffer.from('abc'), true), ping(7)]);
    for (let cut = 0; cut < bytes.length; cut++) {
      const { frames, rest } = parseFrames(bytes.subarray(0, cut));
      assert.equal(frames.length, cut < 11 ? 0 : 1);
      assert.equal(rest.length, cut < 11 ? cut : cut - 11);
    }
    assert.deepEqual(
      parseFrames(bytes).frames.map(({ type }) => type),
      ['data', 'ping'],
    );
  });

  it('serves streams that end each on its own, and all with the connection', async () => {
    const [client, server] = duplexPair();
    const opened: SpdyStream[] = [];
    const served = serveSpdy(server, (stream) => {
      opened.push(stream);
      stream.pipe(stream);
    });
    const deflate = createDeflate({ dictionary });
    client.write(synStream(1, await block(deflate, { streamtype: 'data' })));
    client.write(synStream(3, await block(deflate, { streamtype: 'error' })));
    client.write(dataFrames(1, Buffer.from('hello'), true));
    const heard: string[] = [];
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of client.iterator({ destroyOnReturn: false })) {
      const parsed = parseFrames(Buffer.concat([rest, chunk]));
      rest = parsed.rest;
      for (const frame of parsed.frames) {
        if (frame.type !== 'data') continue;
        if (frame.body.length > 0) heard.push(`${frame.id} ${frame.body}`);
        if (frame.fin) heard.push(`${frame.id} end`);
      }
      if (heard.includes('1 end')) break;
    }
    assert.deepEqual(heard, ['1 hello', '1 end']);
    client.end();
    await served;
    assert.ok(opened.every((stream) => stream.destroyed));
  });
});
