/** The encoder as its user runs it, and whether what comes out plays. Needs FFmpeg, as its user does. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { segmentsOf } from './manifests.ts';

const skip = spawnSync('ffmpeg', ['-version']).error ? 'FFmpeg is not installed' : false;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) =>
  new Promise<Ended>((resolve) => {
    execFile(program, [...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
const encode = (args: readonly string[], env?: NodeJS.ProcessEnv) =>
  run(process.execPath, [join(import.meta.dirname, 'encode.ts'), ...args], env);

describe('npm run encode', { skip }, () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'faultflix-encode-'));
    const sources = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25', '-f', 'lavfi', '-i', 'sine=frequency=440'];
    const made = await run('ffmpeg', ['-v', 'error', ...sources, '-t', '5', join(folder, 'Test Clip.mp4')]);
    assert.equal(made.code, 0, made.stderr);
  });
  after(() => rm(folder, { recursive: true }));

  it('makes a ladder that plays from either manifest, and nothing beside it', async () => {
    const out = join(folder, 'titles');
    const { code, stdout, stderr } = await encode([join(folder, 'Test Clip.mp4'), '--out', out, '--title', 'A Test']);
    assert.equal(code, 0, stderr);
    const title = JSON.parse(stdout) as { id: string; title: string; heightsPx: number[] };
    assert.deepEqual(await readdir(out), ['test-clip']);
    assert.equal(title.title, 'A Test');
    assert.deepEqual(title.heightsPx, [240, 360]);
    for (const manifest of ['master.m3u8', 'manifest.mpd']) {
      const played = await run('ffmpeg', [
        '-v',
        'error',
        '-i',
        join(out, title.id, manifest),
        '-map',
        '0',
        '-f',
        'null',
        '-',
      ]);
      assert.deepEqual([played.code, played.stderr], [0, ''], manifest);
    }
    const names = await readdir(join(out, title.id));
    const playlist = await readFile(join(out, title.id, 'media_0.m3u8'), 'utf8');
    const segments = segmentsOf(playlist);
    assert.deepEqual(
      segments.map(({ seconds }) => seconds),
      [2, 2, 1],
    );
    for (const { name } of segments) assert(names.includes(name), name);
  });

  it('does not touch a title that exists', async () => {
    const out = join(folder, 'twice');
    const args = [join(folder, 'Test Clip.mp4'), '--out', out, '--id', 'one'];
    assert.equal((await encode(args)).code, 0);
    const again = await encode(args);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /the title exists/);
  });

  it('says what is wrong with its input and leaves nothing', async () => {
    const text = join(folder, 'not-a-video.mp4');
    await writeFile(text, 'Once upon a time');
    const clip = join(folder, 'Test Clip.mp4');
    const out = join(folder, 'refused');
    const cases: ReadonlyArray<[readonly string[], RegExp]> = [
      [[text], /not a video/],
      [[join(folder, 'absent.mp4')], /No such file/],
      [[], /one video file is needed/],
      [[clip, clip], /one video file is needed/],
      [[clip, '--id', '../up'], /not an id/],
      [[clip, '--rate', '-1'], /not a usable number|ambiguous/],
      [[clip, '--colour'], /Unknown option/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await encode([...args, '--out', out]);
      assert.equal(code, 2, `${args}: ${stderr}`);
      assert.match(stderr, message);
    }
    assert.deepEqual(await readdir(out).catch(() => []), []);
  });

  it('says how to get FFmpeg when it is missing', async () => {
    const { code, stderr } = await encode([join(folder, 'Test Clip.mp4')], { PATH: folder });
    assert.equal(code, 3);
    assert.match(stderr, /ffprobe is not installed[\s\S]*todo: install FFmpeg/);
  });
});
