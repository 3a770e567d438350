import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { beginning, type LogSource } from '../logs/beginning.ts';
import { LogIndex } from '../logs/log-index.ts';
import { readHead } from '../logs/rotation.ts';
import type { PodWorker } from '../pod-worker.ts';
import { logFileOf } from '../process/container-process.ts';
import { HttpProblem } from './problem.ts';

interface Request {
  readonly worker: PodWorker;
  readonly container: string;
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
}

const CHUNK = 64 * 1024;

/** Answers /containerLogs: the options of `kubectl logs`, names as in PodLogOptions. */
export async function sendLogs({ worker, container, query, response }: Request): Promise<void> {
  const runner = worker.containers.get(container);
  if (!runner) throw new HttpProblem(404, `container "${container}" not found in pod "${worker.pod.metadata.name}"`);
  const attempt = attemptOf(worker, container, query.get('previous') === 'true');
  const folder = worker.folder.attempt(container, attempt);
  const file = logFileOf(folder);
  const follow = query.get('follow') === 'true' && runner.process !== undefined && attempt === runner.attempt;
  const fd = openSync(file, 'r');
  try {
    const printer = new Printer(response, { fd, file, folder, query });
    response.writeHead(200, { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' });
    response.flushHeaders();
    await printer.print(!follow);
    if (follow) await followUp(printer, runner, response);
    response.end();
  } finally {
    closeSync(fd);
  }
}

async function followUp(
  printer: Printer,
  runner: NonNullable<ReturnType<PodWorker['containers']['get']>>,
  response: ServerResponse,
): Promise<void> {
  const { process: running, logClock } = runner;
  let over = false;
  let wake = () => {};
  const leave = () => {
    over = true;
    wake();
  };
  const stop = logClock?.onGrowth(() => wake());
  response.once('close', leave);
  void running?.ended.then(leave, leave);
  while (!over && !printer.full) {
    const grown = new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (!(await printer.print(false))) await grown;
  }
  stop?.();
  if (!response.destroyed) await printer.print(true);
}

/** Which instance's log is meant, by the rules of the kubelet (validateContainerLogStatus). */
function attemptOf(worker: PodWorker, container: string, previous: boolean): number {
  const { state, lastExit } = worker.runtime.containers[container]!;
  const pod = worker.pod.metadata.name;
  const status = [...(worker.status().initContainerStatuses ?? []), ...worker.status().containerStatuses].find(
    (candidate) => candidate.name === container,
  );
  if (previous) {
    if (state.at === 'exited' && status?.state.waiting) return state.exit.attempt;
    if (!lastExit) throw new HttpProblem(400, `previous terminated container "${container}" in pod "${pod}" not found`);
    return lastExit.attempt;
  }
  if (state.at === 'running') return worker.runtime.containers[container]!.restarts;
  if (state.at === 'exited') return state.exit.attempt;
  if (lastExit) return lastExit.attempt;
  throw new HttpProblem(400, `container "${container}" in pod "${pod}" is waiting to start: ${state.reason}`);
}

/** Sends the log from where it should begin, whole lines at a time, each with its time when asked for. */
class Printer {
  readonly #response: ServerResponse;
  readonly #options: LogSource;
  readonly #timestamps: boolean;
  #offset: number;
  #left: number;
  full = false;

  constructor(response: ServerResponse, options: LogSource) {
    this.#response = response;
    this.#options = options;
    this.#timestamps = options.query.get('timestamps') === 'true';
    this.#left = Number(options.query.get('limitBytes') ?? Number.POSITIVE_INFINITY);
    this.#offset = beginning(options);
  }

  /** Sends what has come; without `final` only whole lines. Returns whether anything was sent. */
  async print(final: boolean): Promise<boolean> {
    let sent = false;
    const index = this.#timestamps ? LogIndex.read(this.#options.folder, this.#options.file) : undefined;
    const chunk = Buffer.alloc(CHUNK);
    let rest = Buffer.alloc(0);
    const end = fstatSync(this.#options.fd).size;
    // A follower that fell behind by more than is kept goes on with what is still there.
    this.#offset = Math.max(this.#offset, readHead(this.#options.folder).kept);
    let at = this.#offset;
    while (at < end && !this.full) {
      const length = readSync(this.#options.fd, chunk, 0, Math.min(CHUNK, end - at), at);
      if (length === 0) break;
      at += length;
      const all = Buffer.concat([rest, chunk.subarray(0, length)]);
      const last = at >= end && final ? all.length : all.lastIndexOf(10) + 1;
      if (last > 0) {
        await this.#send(all.subarray(0, last), index);
        this.#offset += last;
        sent = true;
      }
      rest = Buffer.from(all.subarray(last));
    }
    return sent;
  }

  async #send(lines: Buffer, index: LogIndex | undefined): Promise<void> {
    let out = index ? stamped(lines, this.#offset, index) : lines;
    if (out.length >= this.#left) {
      out = out.subarray(0, this.#left);
      this.full = true;
    }
    this.#left -= out.length;
    if (!this.#response.destroyed && !this.#response.write(out))
      await Promise.race([once(this.#response, 'drain'), once(this.#response, 'close')]);
  }
}

function stamped(lines: Buffer, offset: number, index: LogIndex): Buffer {
  const pieces: Buffer[] = [];
  for (let from = 0; from < lines.length; ) {
    const newline = lines.indexOf(10, from);
    const end = newline < 0 ? lines.length : newline + 1;
    const time = new Date(index.timeAt(offset + from)).toISOString().replace('Z', '000000Z');
    pieces.push(Buffer.from(`${time} `), lines.subarray(from, end));
    from = end;
  }
  return Buffer.concat(pieces);
}
