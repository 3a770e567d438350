/** A request's path through the services: what each pod remembers of it, put together. */
import { FaultflixError } from '#base/errors.ts';
import type { Place } from '#base/names.ts';
import { clusterOptions } from '../cluster/locate.ts';
import { onCluster } from '../cluster/on-cluster.ts';
import { command } from '../command.ts';
import type { Output } from '../terminal/output.ts';
import { step } from '../terminal/step.ts';
import { type Answers, askPods } from '../trace/ask.ts';
import { linesOf, type Placed, summaryOf, type TraceLine, traceIdOf, treeOf } from '../trace/tree.ts';

const NEWEST = 20;
/** Where viewers' requests begin. */
const FRONT_DOOR: Place = 'global';

export default command({
  summary: 'Show the path of one request through the services; without an id, the newest requests.',
  positionals: ['[ID]'],
  options: { ...clusterOptions },
  examples: [
    { line: 'faultflix trace', does: 'lists the newest requests of viewers with their ids' },
    {
      line: 'faultflix trace 4bf92f3577b34da6a3ce929d0e0e4736',
      does: 'the id is in header x-trace-id of every answer',
    },
  ],
  async run({ options, positionals: [id], out, clock }) {
    const trace = id === undefined ? undefined : traceIdOf(id);
    return onCluster(options, async (cluster) => {
      const ask = { cluster, args: trace === undefined ? ['--newest', `${NEWEST}`] : [trace] };
      const answers = await step({ terminal: out.terminal, clock, name: 'asking the pods' }, async ({ at }) => {
        const onAnswer = (done: number, total: number) => at(`${done} of ${total}`);
        const only = trace === undefined ? { only: (place: Place) => place === FRONT_DOOR } : {};
        const value = await askPods({ ...ask, ...only, onAnswer });
        return { said: `${value.asked}`, value };
      });
      warnOfSilence(answers, out);
      if (trace === undefined) return listed(answers.spans, out);
      if (answers.spans.length === 0) throw unknownTrace(trace, answers);
      return shown(trace, answers, out);
    });
  },
});

function warnOfSilence({ silent }: Answers, out: Output): void {
  const { terminal } = out;
  for (const { pod, why } of silent) terminal.line(terminal.style('warn', `${pod} was not asked: ${why}`));
}

function unknownTrace(trace: string, { asked, silent }: Answers): FaultflixError {
  return new FaultflixError('not-found', 'no pod remembers this request', {
    received: trace,
    expected: 'one of the newest 2,048 spans of some pod',
    where: `${asked} pods asked${silent.length > 0 ? `, ${silent.length} of them without an answer` : ''}`,
    todo: 'a pod that was killed has forgotten; `faultflix trace` lists the newest requests',
  });
}

function listed(spans: readonly Placed[], out: Output): number {
  const newest = spans.toSorted((a, b) => b.startMs - a.startMs).slice(0, NEWEST);
  out.emit({ type: 'newest', requests: newest });
  const { style } = out.terminal;
  if (newest.length === 0) out.print('no request yet');
  for (const { traceId, startMs, name, durationMs, outcome } of newest) {
    const at = new Date(startMs).toISOString().slice(11, 23);
    const well = outcome === 'ok' ? 'good' : 'warn';
    out.print(`${style('dim', at)}  ${traceId}  ${name.padEnd(28)} ${ms(durationMs)}  ${style(well, outcome)}`);
  }
  return 0;
}

function shown(trace: string, { spans, silent }: Answers, out: Output): number {
  const { startMs, durationMs, services, failedAttempts } = summaryOf(spans);
  const branches = treeOf(spans);
  out.emit({ type: 'trace', trace, startMs, durationMs, services, failedAttempts, silent, branches });
  const failed = failedAttempts === 0 ? '' : `, ${failedAttempts} attempts failed`;
  out.print(`trace ${trace}  ${services.length} services, ${spans.length} spans, ${durationMs} ms${failed}`);
  const lines = linesOf(branches, startMs);
  const width = Math.max(...lines.map((line) => head(line).length));
  for (const line of lines) out.print(text(line, width, out));
  return 0;
}

const head = ({ depth, span: { kind, name } }: TraceLine): string =>
  `${'  '.repeat(depth)}${kind === 'client' ? '→ ' : ''}${name}`;

function text(line: TraceLine, width: number, { terminal: { style } }: Output): string {
  const { kind, outcome, durationMs, pod, region, asked } = line.span;
  const well = outcome === 'ok' ? 'good' : 'bad';
  const where = kind === 'client' ? `to ${asked}` : `${region}/${pod}`;
  return `${head(line).padEnd(width)}  ${`+${line.offsetMs}`.padStart(6)}  ${ms(durationMs)}  ${style(well, outcome.padEnd(12))} ${style('dim', where)}`;
}

const ms = (value: number): string => `${value} ms`.padStart(9);
