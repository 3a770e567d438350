import { EventEmitter } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { Exec, KubeConfig, type V1Status } from '@kubernetes/client-node';
import { FaultflixError } from '#base/errors.ts';
import type { Space } from './space.ts';

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

export interface Terminal {
  write(text: string): void;
  resize(size: Size): void;
  /** Resolves when what was shown so far fits. */
  until(fits: RegExp): Promise<void>;
  /** The command's, once it has ended. */
  readonly exitCode: Promise<number>;
}

const DEADLINE_MS = 60_000;

/** The terminal of a user, as client-node sees it: something that is written to, has a size, and says when it changes. */
class Screen extends Writable {
  text = '';
  rows: number;
  columns: number;
  readonly shown = new EventEmitter();

  constructor({ rows, columns }: Size) {
    super();
    this.rows = rows;
    this.columns = columns;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    this.shown.emit('more');
    done();
  }
}

/** Runs a command in a pod with a terminal, by another client than kubectl: client-node over WebSocket. */
export async function terminal(space: Space, pod: string, command: readonly string[], size: Size): Promise<Terminal> {
  const config = new KubeConfig();
  config.loadFromFile(space.cluster.kubeconfig);
  const screen = new Screen(size);
  const input = new PassThrough();
  let end: (code: number) => void = () => undefined;
  const exitCode = new Promise<number>((resolve) => {
    end = resolve;
  });
  const { name } = (await space.get(`pods/${pod}`)).spec.containers[0];
  const socket = await new Exec(config).exec(
    space.name,
    pod,
    name,
    [...command],
    screen,
    null,
    input,
    true,
    (status: V1Status) => end(status.status === 'Success' ? 0 : Number(status.details?.causes?.[0]?.message ?? -1)),
  );
  socket.on('close', () => end(-2));
  return {
    exitCode,
    write: (text) => void input.write(text),
    resize({ rows, columns }) {
      Object.assign(screen, { rows, columns });
      screen.emit('resize');
    },
    until: (fits) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () =>
            reject(new FaultflixError('deadline-exceeded', `the terminal shows ${fits}`, { received: screen.text })),
          DEADLINE_MS,
        );
        const look = () => {
          if (!fits.test(screen.text)) return;
          clearTimeout(timer);
          screen.shown.off('more', look);
          resolve();
        };
        screen.shown.on('more', look);
        look();
      }),
  };
}
