import { styleText } from 'node:util';
import { asFaultflixError, type FaultflixError } from '#base/errors.ts';
import type { BuiltImage } from './build.ts';
import type { Target } from './command-line.ts';
import { type ImageName, referenceOf } from './image.ts';
import type { BuildProgress } from './progress.ts';

/** What a command tells, as lines for people or as JSON lines for programs. */
export interface Reporter {
  progress(progress: BuildProgress): void;
  image(image: BuiltImage): void;
  context(name: ImageName, folder: string): void;
  loaded(image: BuiltImage, target: Target): void;
  error(thrown: unknown): void;
}

export interface ReporterOptions {
  readonly json: boolean;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly nowMs?: () => number;
}

const EVERY_MS = 200;
const MIB = 2 ** 20;

export function createReporter({ json, stdout, stderr, nowMs = () => performance.now() }: ReporterOptions): Reporter {
  const seldom = everyMs(nowMs);
  return json ? jsonReporter(stdout, seldom) : textReporter({ stdout, stderr, seldom });
}

/** Whether it is time to tell again; what begins anew is told at once. */
type Seldom = (progress: BuildProgress) => boolean;

function everyMs(nowMs: () => number): Seldom {
  let last = { key: '', atMs: Number.NEGATIVE_INFINITY };
  return ({ what, way }) => {
    const now = { key: `${what} ${way}`, atMs: nowMs() };
    if (now.key === last.key && now.atMs - last.atMs < EVERY_MS) return false;
    last = now;
    return true;
  };
}

function jsonReporter(stdout: NodeJS.WriteStream, seldom: Seldom): Reporter {
  const emit = (event: object) => stdout.write(`${JSON.stringify(event)}\n`);
  return {
    progress: (progress) => seldom(progress) && emit({ type: 'progress', stage: 'images', ...progress }),
    image: (image) => emit({ type: 'image', ...image }),
    context: (name, folder) => emit({ type: 'context', name, folder }),
    loaded: ({ name, reference, digest }, into) => emit({ type: 'loaded', name, reference, digest, into }),
    error: (thrown) => emit({ type: 'error', error: asFaultflixError(thrown).toJSON() }),
  };
}

interface TextOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly seldom: Seldom;
}

function textReporter({ stdout, stderr, seldom }: TextOptions): Reporter {
  // styleText asks the stream whether it is a terminal, and NO_COLOR and FORCE_COLOR before that.
  const style = (format: Parameters<typeof styleText>[0], text: string, stream = stdout) =>
    styleText(format, text, { stream });
  const clear = () => stderr.isTTY && stderr.write('\r\x1b[K');
  const line = (text: string) => {
    clear();
    stdout.write(`${text}\n`);
  };
  return {
    progress(progress) {
      if (stderr.isTTY && seldom(progress)) stderr.write(`\r\x1b[K${style('gray', tell(progress), stderr)}`);
    },
    image({ reference, digest, archive, layers, fresh }) {
      const size = layers.reduce((sum, layer) => sum + layer.size, 0);
      line(
        `${style('bold', reference)}  ${mib(size)}  ${fresh ? style('green', 'built') : style('gray', 'unchanged')}`,
      );
      line(style('gray', `  ${digest}`));
      line(style('gray', `  ${archive}`));
      for (const layer of layers) line(style('gray', `  ${mib(layer.size).padStart(9)}  ${layer.title}`));
    },
    context: (name, folder) => line(`docker build -t ${referenceOf(name)} -f k8s/images/${name}/Dockerfile ${folder}`),
    loaded: ({ reference }, into) => line(`${style('bold', reference)}  ${style('green', `loaded into ${into}`)}`),
    error(thrown) {
      clear();
      stderr.write(explain(asFaultflixError(thrown), (text) => style('red', text, stderr)));
    },
  };
}

function tell({ what, way, done, total, unit, etaMs }: BuildProgress): string {
  const amount = (value: number) => (unit === 'bytes' ? mib(value) : `${value} ${unit}`);
  const verbs = { read: 'reading', write: 'writing', tool: 'making its program' };
  const left = etaMs === undefined ? '' : `, ${Math.ceil(etaMs / 1000)} s left`;
  return `${what}: ${verbs[way]} ${amount(done)}${total > 0 ? ` of ${amount(total)}` : ''}${left}`;
}

const mib = (bytes: number): string => (bytes < MIB / 10 ? `${bytes} bytes` : `${(bytes / MIB).toFixed(1)} MiB`);

function explain({ message, expected, received, where, todo }: FaultflixError, red: (text: string) => string): string {
  const rest = { expected, received, where, 'what to do': todo };
  const lines = Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [`  ${name}: ${value}`]));
  return `${[red(message), ...lines].join('\n')}\n`;
}
