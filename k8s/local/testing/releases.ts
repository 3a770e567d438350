import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { catalogue, type ReleaseHosts, type ToolName, thisPlatform } from '../tools/catalogue.ts';

export type Answer = (response: ServerResponse) => void;

export interface Releases {
  readonly hosts: ReleaseHosts;
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[];
  /** What a path answers; 404 for all others. */
  answer(url: string, answer: Answer | Buffer | string): void;
  /** A tool's release, whole and with its checksum. */
  offer(tool: ToolName, program: string): Promise<void>;
}

/** The projects' release servers, in small, on 127.0.0.1. */
export async function releases(test: TestContext): Promise<Releases> {
  const answers = new Map<string, Answer>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const answer = answers.get(path);
    if (answer) answer(response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hosts = { kubernetes: `${root}/k8s`, github: `${root}/github` };
  const self: Releases = {
    hosts,
    asked,
    answer(url, answer) {
      answers.set(url.slice(root.length), typeof answer === 'function' ? answer : (response) => response.end(answer));
    },
    async offer(name, program) {
      const { url, checksumUrl, member } = catalogue[name].release(hosts, thisPlatform());
      const body = member ? await tarGz(member, program) : Buffer.from(program);
      const file = url.split('/').at(-1);
      self.answer(url, body);
      self.answer(checksumUrl, `${sha256('other')}  other-file\n${sha256(body)}  ${file}\n`);
    },
  };
  return self;
}

export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** A program that says the tool's version, as far as a shell script can be that tool. */
export function impostor(name: ToolName): string {
  return `#!/bin/sh\necho "${catalogue[name].versionText}"\n`;
}

async function tarGz(member: string, program: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: `${member}-readme`, mode: 0o644 }, 'not the program');
  archive.entry({ name: member, mode: 0o755 }, program);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}
