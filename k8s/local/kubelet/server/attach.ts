import { logFileOf } from '../process/container-process.ts';
import { tailFrom } from './attach-tail.ts';
import { HttpProblem } from './problem.ts';
import { type Call, channel, finish, flag, open, send } from './remote-command.ts';

/** Shows what the container writes from now on, until it ends, and hands on what is said to a container with an input. */
export async function attach(call: Call): Promise<void> {
  const runner = call.worker.containers.get(call.container);
  const running = runner?.process;
  if (!runner || !running) throw new HttpProblem(500, `container not running (${call.container})`);
  const { socket, inbox } = await open(call);
  const stop = tailFrom({
    file: logFileOf(running.folder),
    clock: runner.logClock,
    onData: (bytes) => send(socket, channel.stdout, bytes),
  });
  const writer = flag(call.query, 'input') ? runner.input?.writer() : undefined;
  writer?.on('error', () => undefined); // the container closed its input: what comes is dropped
  const end = () => {
    writer?.end();
    if (writer && runner.spec.stdinOnce) runner.input?.close();
  };
  inbox.deliver((message) => {
    const body = message.subarray(1);
    if (message[0] === channel.close && body[0] === channel.stdin) end();
    if (message[0] !== channel.stdin || writer?.write(body) !== false) return;
    socket.pause();
    writer.once('drain', () => socket.resume());
  });
  const closed = new Promise<{ exitCode: number }>((resolve) => socket.once('close', () => resolve({ exitCode: 0 })));
  const { exitCode } = await Promise.race([running.ended, closed]);
  end();
  stop();
  finish(socket, exitCode);
}
