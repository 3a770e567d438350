import { spawn } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { Container, Probe } from '../types.ts';

export interface Outcome {
  readonly ok: boolean;
  readonly message: string;
}

export interface ProbeTarget {
  readonly container: Container;
  /** Where the pod's processes can be reached from here. */
  readonly host: string;
  /** Runs a command in the container. Resolves with its exit code and output; kills it at the limit. */
  readonly exec: (
    command: readonly string[],
    limitMs: number,
  ) => Promise<{ readonly exitCode: number; readonly output: string }>;
}

/** Asks once. Never throws: whatever goes wrong is a failure with its reason. */
export async function check(probe: Probe, target: ProbeTarget): Promise<Outcome> {
  const limitMs = (probe.timeoutSeconds ?? 1) * 1_000;
  try {
    if (probe.exec) return await checkExec(probe.exec.command ?? [], target, limitMs);
    if (probe.httpGet) return await checkHttp(probe.httpGet, target, limitMs);
    if (probe.tcpSocket) {
      const { host, port } = probe.tcpSocket;
      return await checkTcp(host || target.host, portOf(port, target.container), limitMs);
    }
    if (probe.grpc)
      return await checkGrpc(target.host, { port: probe.grpc.port, service: probe.grpc.service ?? '', limitMs });
    return { ok: true, message: '' };
  } catch (thrown) {
    return { ok: false, message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** A port by number or by the name that the container gives it. */
export function portOf(port: number | string, container: Container): number {
  const named = container.ports?.find((candidate) => candidate.name === port)?.containerPort;
  const number = named ?? Number(port);
  if (!Number.isInteger(number)) throw new Error(`the container has no port named ${port}`);
  return number;
}

async function checkExec(command: readonly string[], target: ProbeTarget, limitMs: number): Promise<Outcome> {
  const { exitCode, output } = await target.exec(command, limitMs);
  return { ok: exitCode === 0, message: output.slice(0, 1_024) };
}

type HttpGet = NonNullable<Probe['httpGet']>;

/** 200–399 is a success; redirects to the same host are followed as by the kubelet, others are a success as they are. */
export async function checkHttp(
  get: HttpGet,
  { container, host }: Pick<ProbeTarget, 'container' | 'host'>,
  limitMs: number,
  redirects = 10,
): Promise<Outcome> {
  const secure = get.scheme === 'HTTPS';
  const to = get.host || host;
  const port = portOf(get.port, container);
  const headers: Record<string, string> = { 'user-agent': 'kube-probe/faultflix', accept: '*/*', connection: 'close' };
  for (const { name, value } of get.httpHeaders ?? []) headers[name] = value;
  const path = get.path || '/';
  const answer = await new Promise<{ status: number; location: string | undefined; body: string }>(
    (resolve, reject) => {
      const send = secure ? httpsRequest : httpRequest;
      const req = send(
        {
          host: to,
          port,
          path: path.startsWith('/') ? path : `/${path}`,
          headers,
          agent: false,
          signal: AbortSignal.timeout(limitMs),
          // A probe asks whether the server answers; its certificate names a host that only clients know.
          ...(secure ? { rejectUnauthorized: false } : {}),
        },
        (response) => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            if (body.length < 10_240) body += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, location: response.headers.location, body }),
          );
          response.on('error', reject);
        },
      );
      req.on('error', (error) =>
        reject(
          error.name === 'AbortError' || error.name === 'TimeoutError'
            ? new Error(`no answer within ${limitMs} ms`)
            : error,
        ),
      );
      req.end();
    },
  );
  if (answer.status >= 300 && answer.status < 400 && answer.location && redirects > 0) {
    const url = new URL(answer.location, `${secure ? 'https' : 'http'}://${to}:${port}${path}`);
    if (url.hostname !== to) return { ok: true, message: `redirect to ${url.hostname}` };
    const next = {
      ...get,
      path: url.pathname + url.search,
      port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
      scheme: url.protocol === 'https:' ? 'HTTPS' : 'HTTP',
    };
    return checkHttp(next as HttpGet, { container, host }, limitMs, redirects - 1);
  }
  const ok = answer.status >= 200 && answer.status < 400;
  return { ok, message: ok ? answer.body : `HTTP probe failed with statuscode: ${answer.status}` };
}

function checkTcp(host: string, port: number, limitMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: limitMs });
    const done = (ok: boolean, message: string) => {
      socket.destroy();
      resolve({ ok, message });
    };
    socket.once('connect', () => done(true, ''));
    socket.once('timeout', () => done(false, `dial tcp ${host}:${port}: no answer within ${limitMs} ms`));
    socket.once('error', (error) => done(false, error.message));
  });
}

/**
 * grpc.health.v1.Health/Check over plain HTTP/2. One message of one field each way, so no gRPC library is loaded for it:
 * a frame is a zero byte, a length and the message (https://grpc.io/docs/what-is-grpc/core-concepts/, PROTOCOL-HTTP2).
 */
function checkGrpc(
  host: string,
  { port, service, limitMs }: { readonly port: number; readonly service: string; readonly limitMs: number },
): Promise<Outcome> {
  return new Promise((resolve) => {
    const session = connectHttp2(`http://${host}:${port}`);
    const done = (ok: boolean, message: string) => {
      clearTimeout(timer);
      session.destroy();
      resolve({ ok, message });
    };
    const timer = setTimeout(
      () => done(false, `timeout: no answer of the gRPC health service within ${limitMs} ms`),
      limitMs,
    );
    session.once('error', (error) => done(false, error.message));
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    let grpcStatus: string | undefined;
    const note = (headers: Record<string, unknown>) => {
      const value = headers['grpc-status'];
      if (value !== undefined) grpcStatus = String(value);
    };
    stream.on('response', note);
    stream.on('trailers', note);
    stream.once('error', (error) => done(false, error.message));
    stream.once('end', () => {
      if (grpcStatus !== '0') return done(false, `error: the gRPC health service answered with status ${grpcStatus}`);
      const serving = servingStatus(Buffer.concat(chunks));
      done(serving === 1, serving === 1 ? '' : `service unhealthy (responded with ${serving})`);
    });
    const name = Buffer.from(service);
    const message = service === '' ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
    const frame = Buffer.alloc(5);
    frame.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([frame, message]));
  });
}

/** Field 1 (varint) of HealthCheckResponse: 1 is SERVING; an absent field is 0, UNKNOWN. */
export function servingStatus(frame: Buffer): number {
  return frame.length >= 7 && frame[5] === 0x08 ? frame[6]! : 0;
}

const LAST_WORDS_MS = 200;

/** Runs a command with its output collected; killed with its whole session at the limit. */
export function runCommand(
  argv: readonly string[],
  {
    env,
    cwd,
    limitMs,
  }: { readonly env: Readonly<Record<string, string>>; readonly cwd: string; readonly limitMs: number },
): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(argv[0] ?? '', argv.slice(1), {
      env: { ...env },
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    const add = (chunk: Buffer) => {
      if (output.length < 10_240) output += chunk.toString('utf8');
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    const timer = setTimeout(() => {
      if (child.pid) {
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          child.kill('SIGKILL');
        }
      }
      finish(124, `command timed out after ${limitMs} ms: ${argv.join(' ')}`);
    }, limitMs);
    const finish = (exitCode: number, text: string) => {
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ exitCode, output: text });
    };
    child.once('error', (error) => finish(126, error.message));
    // What it said may come a moment after its end; what it left behind may hold its output open for ever.
    child.once('close', (code) => finish(code ?? 137, output));
    child.once('exit', (code) => setTimeout(() => finish(code ?? 137, output), LAST_WORDS_MS).unref());
  });
}
