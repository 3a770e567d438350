import { clearInterval, setInterval } from 'k6/timers';
import { type Account, heartbeat, type Started, startTitle } from './account.ts';
import { nextRendition } from './adaptation.ts';
import { arrive, type BufferState, complete, emptyBuffer, passTime } from './buffer.ts';
import { Hosts } from './call.ts';
import type { Master } from './hls.ts';
import { measures, type PlaySeen } from './measures.ts';
import { denied, Stream } from './stream.ts';
import { wait } from './wait.ts';

/** Video that a viewer keeps ahead. Players keep more; less shows an outage of the edges sooner. */
const MAX_BUFFER_MS = 8000;
const TICK_MS = 250;
/** So often a play is reported as continued, at most: shorter than a segment, so that no proof after a fault is withheld. */
const CONTINUED_EVERY_MS = 1000;
const MOST_FAILURES = 4;
const PAUSE_MS = 500;

export interface Order {
  readonly account: Account;
  readonly titleId: string;
  /** Makes a repeated start the same start. */
  readonly key: string;
  /** So much of the title is watched. */
  readonly playForMs: number;
  /** Epoch ms: nobody watches after this. */
  readonly deadlineMs: number;
  readonly onFirstFrame?: () => void;
}

/** Starts a title and watches it. False: it did not start, or broke off. */
export async function play(order: Order): Promise<boolean> {
  const pressedAtMs = Date.now();
  const { account, titleId, key, deadlineMs } = order;
  const started = await startTitle(account, titleId, key);
  if (!started) {
    measures.start(false);
    return false;
  }
  return new Playback(order, started, pressedAtMs, deadlineMs).watch();
}

class Playback {
  readonly order: Order;
  readonly started: Started;
  readonly pressedAtMs: number;
  readonly deadlineMs: number;
  readonly stream: Stream;
  buffer: BufferState = emptyBuffer(Date.now());
  continued = false;
  reportedAtMs = 0;
  beatAtMs = 0;
  denied = false;

  constructor(order: Order, started: Started, pressedAtMs: number, deadlineMs: number) {
    this.order = order;
    this.started = started;
    this.pressedAtMs = pressedAtMs;
    this.deadlineMs = deadlineMs;
    const { timeoutMs, throughputBps } = order.account;
    this.stream = new Stream({ hosts: new Hosts(started.edges), timeoutMs, throughputBps });
  }

  async watch(): Promise<boolean> {
    this.report('acknowledged', '', '');
    let tickedAtMs = Date.now();
    const ticker = setInterval(() => {
      const nowMs = Date.now();
      measures.timerLag(nowMs - tickedAtMs - TICK_MS);
      tickedAtMs = nowMs;
      this.pass();
    }, TICK_MS);
    try {
      const master = await this.stream.master(this.started.hls, this.order.account.device.maxHeight);
      const finished = master !== undefined && (await this.fetchAll(master));
      this.order.account.throughputBps = this.stream.throughputBps;
      this.pass();
      if (!this.buffer.started && Date.now() < this.deadlineMs) measures.start(false);
      this.end(finished);
      return finished;
    } finally {
      clearInterval(ticker);
    }
  }

  /** Fetches ahead of the play-off until it is watched. False when the viewer gives up. */
  async fetchAll({ renditions, audio }: Master): Promise<boolean> {
    let current = 0;
    let failures = 0;
    for (let index = 0; !this.over(); ) {
      const { bufferMs, positionMs } = this.buffer;
      if (bufferMs >= MAX_BUFFER_MS) {
        const toWatchMs = this.order.playForMs - positionMs;
        await wait(Math.min(bufferMs - MAX_BUFFER_MS + TICK_MS, toWatchMs + 1, this.leftMs()));
        this.pass();
        continue;
      }
      const { throughputBps } = this.stream;
      current = nextRendition({ renditions, current, bufferMs, maxBufferMs: MAX_BUFFER_MS, throughputBps });
      const rendition = renditions[current];
      const tracks = rendition && (await this.stream.tracks(rendition, audio));
      if (tracks?.[0] && index >= tracks[0].segments.length) return this.playOff();
      if (tracks?.[0] && (await this.stream.segments(tracks, index))) {
        failures = 0;
        this.arrived(tracks[0].segments[index]?.durationMs || 0);
        index++;
        continue;
      }
      failures++;
      if (failures >= MOST_FAILURES || denied(this.stream.failure)) return false;
      await wait(Math.min(PAUSE_MS * failures, this.leftMs()));
    }
    return true;
  }

  /** The whole title has arrived: what is buffered plays to its end. */
  async playOff(): Promise<boolean> {
    this.pass();
    this.buffer = complete(this.buffer);
    while (!this.over() && this.buffer.bufferMs > 0) {
      await wait(Math.min(TICK_MS, this.buffer.bufferMs));
      this.pass();
    }
    return true;
  }

  over(): boolean {
    return this.buffer.positionMs >= this.order.playForMs || this.leftMs() <= 0 || this.denied;
  }

  leftMs(): number {
    return Math.max(0, this.deadlineMs - Date.now());
  }

  arrived(durationMs: number): void {
    this.pass();
    const first = !this.buffer.started;
    this.buffer = arrive(this.buffer, durationMs);
    const nowMs = Date.now();
    if (first) {
      measures.start(true);
      measures.startupDelay(nowMs - this.pressedAtMs);
      if (this.order.onFirstFrame) this.order.onFirstFrame();
    }
    this.proved('segment');
  }

  /** Time passes: playing and stalls are counted, a heartbeat is sent when it is due. */
  pass(): void {
    const nowMs = Date.now();
    const [buffer, passed] = passTime(this.buffer, nowMs);
    this.buffer = buffer;
    measures.passed(passed);
    if (buffer.started && !this.over() && nowMs - this.beatAtMs >= this.started.heartbeatMs) {
      this.beatAtMs = nowMs;
      void this.beat();
    }
  }

  async beat(): Promise<void> {
    const { account } = this.order;
    const { playback, heartbeatMs } = this.started;
    const answer = await heartbeat(account, playback, this.buffer.positionMs, heartbeatMs);
    if (answer.ok) this.proved('heartbeat');
    if (!denied(answer)) return;
    this.denied = true;
    this.report('refused', 'heartbeat', answer.code);
  }

  proved(by: string): void {
    const nowMs = Date.now();
    if (this.continued && nowMs - this.reportedAtMs < CONTINUED_EVERY_MS) return;
    this.continued = true;
    this.reportedAtMs = nowMs;
    this.report('continued', by, '');
  }

  end(finished: boolean): void {
    const { failure } = this.stream;
    if (!finished && denied(failure)) this.report('refused', 'edge', failure ? failure.code : '');
    const cutOff = Date.now() >= this.deadlineMs;
    this.report('ended', finished && !this.denied ? (cutOff ? 'cut-off' : 'finished') : 'gave-up', '');
  }

  report(event: PlaySeen['event'], by: string, code: string): void {
    const { playback, title } = this.started;
    const { session } = this.order.account;
    measures.played({ session, title, playback, event, by, code, continued: this.continued });
  }
}
