/**
 * What each of Toxiproxy's toxics does to a connection, by measurement: both streams, a connection made after it and one
 * that stood before. Each judge gets the undisturbed line's transfers too, and must refuse them as an effect.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Compared, Judged, Transfer } from '#chaos/world/effects.ts';
import * as effects from '#chaos/world/effects.ts';
import { loaded } from './support/images.ts';
import { enter } from './support/inside.ts';
import { nothingLeft } from './support/left.ts';
import { type Line, type ToxicBody, Toxiproxies } from './support/toxiproxy.ts';
import { type Pair, type TransferOptions, transfer } from './support/transfer.ts';

const { images } = await enter({ images: ['toxiproxy'] });

const PATIENCE_MS = 10_000;
/** A busy machine is slow at one transfer, and hardly at all of them. */
const LEAST_TIMES = 4;
/** How long silence is listened to, once the undisturbed line has spoken. */
const SILENCE_MS = 300;

interface Case {
  readonly toxic: ToxicBody;
  /** What is sent over each connection, `times` over. */
  readonly send: Omit<TransferOptions, 'stream' | 'patienceMs'> & {
    readonly times?: number;
    readonly silent?: boolean;
  };
  readonly judge: (compared: Compared) => Judged;
  /** Where a connection that stood before differs. */
  readonly judgeHeld?: (compared: Compared) => Judged;
}

const cases: Readonly<Record<string, Case>> = {
  'latency delays each byte by what it says': {
    toxic: { type: 'latency', attributes: { latency: 120, jitter: 0 } },
    send: { bytes: 1, times: 3 },
    judge: (all) => effects.delayed({ latencyMs: 120 }, all),
  },
  'latency with jitter delays by latency ± jitter': {
    toxic: { type: 'latency', attributes: { latency: 80, jitter: 60 } },
    send: { bytes: 1, times: 16 },
    judge: (all) => effects.delayed({ latencyMs: 80, jitterMs: 60 }, all),
  },
  'bandwidth lets kilobytes of 1,000 bytes through a second': {
    toxic: { type: 'bandwidth', attributes: { rate: 500 } },
    send: { bytes: 150_000, times: 4 },
    judge: (all) => effects.throttled({ bytesPerMs: 500 }, all),
  },
  'slow_close delays the end, and no byte': {
    toxic: { type: 'slow_close', attributes: { delay: 200 } },
    send: { bytes: 1, thenEnd: true, times: 4 },
    judge: (all) => effects.closedLate({ delayMs: 200 }, all),
  },
  'timeout swallows all and ends the connection in its time, which runs from its injection': {
    toxic: { type: 'timeout', attributes: { timeout: 400 } },
    send: { bytes: 1_000 },
    judge: (all) => effects.starved({ timeoutMs: 400 }, all),
    judgeHeld: (all) => effects.starved({ timeoutMs: 200 }, all),
  },
  'timeout 0 swallows all and ends nothing': {
    toxic: { type: 'timeout', attributes: { timeout: 0 } },
    send: { bytes: 1_000, silent: true },
    judge: (all) => effects.starved({ timeoutMs: 0 }, all),
  },
  'reset_peer resets a new connection after its first byte, and only ends one that stood': {
    toxic: { type: 'reset_peer', attributes: { timeout: 50 } },
    send: { bytes: 1_000 },
    judge: (all) => effects.broken({ timeoutMs: 50, by: 'reset' }, all),
    judgeHeld: (all) => effects.broken({ timeoutMs: 50, by: 'end' }, all),
  },
  'slicer hands over slices with a pause after each': {
    toxic: { type: 'slicer', attributes: { average_size: 256, size_variation: 0, delay: 2_000 } },
    send: { bytes: 16_384 },
    judge: (all) => effects.sliced({ sliceBytes: 256, gapMs: 2 }, all),
  },
  'limit_data ends the connection after exactly its bytes': {
    toxic: { type: 'limit_data', attributes: { bytes: 700 } },
    send: { bytes: 1_000 },
    judge: (all) => effects.cut({ bytes: 700 }, all),
  },
};

describe("Toxiproxy's toxics", { concurrency: 4 }, () => {
  let toxiproxy: Toxiproxies;
  before(async () => {
    toxiproxy = await Toxiproxies.start({ image: await loaded(images[0]!), lines: 4 * Object.keys(cases).length + 2 });
  });
  after(async () => {
    await toxiproxy?.stop();
    await nothingLeft();
  });

  for (const [what, { toxic, send, judge, judgeHeld = judge }] of Object.entries(cases)) {
    for (const stream of ['upstream', 'downstream'] as const) {
      it(`${what}, ${stream}`, async (t) => {
        const [disturbed, plain] = [await toxiproxy.line(), await toxiproxy.line()];
        // A transfer that ends its connection needs one for each time.
        const pairs = send.thenEnd ? (send.times ?? 1) : 1;
        const held = {
          disturbed: await heldBy(disturbed, pairs),
          plain: await heldBy(plain, pairs),
          again: await heldBy(plain, pairs),
        };
        await disturbed.poison(stream, toxic);
        const options = { ...send, stream, patienceMs: PATIENCE_MS };
        const silence = send.silent ? { ...options, patienceMs: SILENCE_MS } : options;

        const [after, before, usual, usualHeld] = await Promise.all([
          fresh(disturbed, silence),
          over(held.disturbed, silence),
          fresh(plain, { times: LEAST_TIMES, ...options }),
          over(held.plain, options),
        ]);
        const seen = { disturbed: after, undisturbed: usual };
        const onHeld = { disturbed: before, undisturbed: usualHeld };
        const results = { fresh: judge(seen), held: judgeHeld(onHeld) };
        for (const [on, { why }] of Object.entries(results)) t.diagnostic(`${on}: ${why}`);
        assert.deepEqual([results.fresh.potent, results.held.potent], [true, true], JSON.stringify(results));

        const without = {
          fresh: await fresh(plain, { times: LEAST_TIMES, ...silence }),
          held: await over(held.again, silence),
        };
        assert.equal(judge({ ...seen, disturbed: without.fresh }).potent, false, 'an effect without the toxic');
        assert.equal(judgeHeld({ ...onHeld, disturbed: without.held }).potent, false, 'an effect without the toxic');
      });
    }
  }

  it('down: a disabled proxy refuses and drops; enabled again it takes connections', async () => {
    const [disturbed, plain] = [await toxiproxy.line(), await toxiproxy.line()];
    const held = { disturbed: await heldBy(disturbed, 1), plain: await heldBy(plain, 1) };
    const options = { stream: 'upstream', bytes: 1_000, patienceMs: PATIENCE_MS } as const;
    const { listen, upstream } = disturbed.proxy;
    const set = (enabled: boolean) => disturbed.proxy.update({ enabled, listen, upstream });
    await set(false);
    const undisturbed = await fresh(plain, options);
    const down = effects.refused({ disturbed: await fresh(disturbed, options), undisturbed });
    assert.equal(down.potent, true, down.why);
    const dropped = effects.dropped({
      disturbed: await over(held.disturbed, { ...options, untilEnd: true }),
      undisturbed: await over(held.plain, options),
    });
    assert.equal(dropped.potent, true, dropped.why);
    await set(true);
    const up = { disturbed: await fresh(disturbed, options), undisturbed };
    assert.equal(effects.refused(up).potent, false);
    assert.equal(effects.dropped(up).potent, false);
  });
});

async function fresh(line: Line, options: TransferOptions & { times?: number }): Promise<Transfer[]> {
  const all: Transfer[] = [];
  for (let left = options.times ?? 1; left > 0; left--) all.push(await line.fresh(options));
  return all;
}

async function heldBy(line: Line, pairs: number): Promise<Pair[]> {
  const all: Pair[] = [];
  for (let left = pairs; left > 0; left--) all.push(await line.held());
  return all;
}

/** Over the pairs in turn. */
async function over(pairs: readonly Pair[], options: TransferOptions & { times?: number }): Promise<Transfer[]> {
  const all: Transfer[] = [];
  for (let n = 0; n < (options.times ?? 1); n++) all.push(await transfer(pairs[n % pairs.length]!, options));
  return all;
}
