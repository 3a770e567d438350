import { get } from 'node:http';
import type { Registry } from 'prom-client';

const WITHIN_MS = 1_000;

/** Puts etcd's own figures (`etcd_…`) after those of this process; while etcd is not up there are none of it. */
export function passOnMetrics(registry: Registry, at: { readonly host: string; readonly port: number }): void {
  const own = registry.metrics.bind(registry);
  registry.metrics = async () => {
    const [ours, theirs] = await Promise.all([own(), ask(at).catch(() => '')]);
    return `${ours.trimEnd()}\n${onlyEtcd(theirs)}`;
  };
}

/** Its `go_` and `process_` figures would meet this process's. */
export function onlyEtcd(text: string): string {
  const lines = text.split('\n').filter((line) => /^(# (HELP|TYPE) )?etcd_/.test(line));
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function ask({ host, port }: { readonly host: string; readonly port: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = get({ host, port, path: '/metrics', agent: false, timeout: WITHIN_MS }, async (response) => {
      try {
        let body = '';
        for await (const part of response) body += part;
        resolve(response.statusCode === 200 ? body : '');
      } catch (thrown) {
        reject(thrown);
      }
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', reject);
  });
}
