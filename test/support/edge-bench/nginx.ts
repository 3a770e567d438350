import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';

/** nginx's path, or undefined: on PATH, or where Debian puts it. */
export function findNginx(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, 'nginx')).find((path) => existsSync(path));
}

export interface NginxOptions {
  readonly program: string;
  /** A folder of its own, with `cert.pem` and `key.pem`. */
  readonly folder: string;
  /** What it serves. */
  readonly root: string;
  /** Where it fills `/v1/o/` from, into a cache on disk. */
  readonly originPort: number;
}

export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** One worker, as the edge is one process; files kept open, no access log, keep-alive without a bound. */
const config = ({ folder, root, originPort, port }: NginxOptions & { readonly port: number }) => `
daemon off; master_process off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log error;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=1000;
  client_body_temp_path ${folder}/t1; fastcgi_temp_path ${folder}/t3;
  uwsgi_temp_path ${folder}/t4; scgi_temp_path ${folder}/t2;
  proxy_cache_path ${folder}/cache keys_zone=c:10m max_size=448m; proxy_temp_path ${folder}/t5;
  upstream origin { server 127.0.0.1:${originPort}; keepalive 64; }
  server {
    listen 127.0.0.1:${port} ssl; root ${root};
    ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem; ssl_protocols TLSv1.3;
    location /v1/o/ {
      proxy_pass https://origin; proxy_http_version 1.1; proxy_set_header connection ""; proxy_ssl_protocols TLSv1.3;
      proxy_ssl_session_reuse on; proxy_cache c; proxy_cache_valid 200 1h; proxy_cache_lock on; proxy_buffers 16 64k;
      proxy_buffer_size 64k; proxy_busy_buffers_size 512k;
    }
  }
}
`;

export async function startNginx(options: NginxOptions): Promise<RunningServer> {
  const { program, folder } = options;
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  await writeFile(file, config({ ...options, port }));
  const child = spawn(program, ['-c', file, '-p', folder, '-e', join(folder, 'error.log')], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  await listening(port, ended);
  return {
    pid: child.pid!,
    port,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** nginx says nothing when it listens, so it is asked, for at most 5 s. */
async function listening(port: number, ended: Promise<unknown>): Promise<void> {
  const gone = ended.then(() => Promise.reject(new Error('nginx ended before it listened')));
  for (let attempt = 0; attempt < 100; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const connected = once(socket, 'connect').then(
      () => true,
      () => false,
    );
    const up = await Promise.race([connected, gone]);
    socket.destroy();
    if (up) {
      gone.catch(() => undefined);
      return;
    }
    await Promise.race([new Promise((resolve) => setTimeout(resolve, 50)), gone]);
  }
  throw new Error('nginx does not listen');
}
