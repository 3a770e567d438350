import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { repository } from './build.ts';
import { createContext } from './context.ts';
import { loadDefinition } from './describe.ts';
import { type ImageConfig, imageNames } from './image.ts';

const skip = process.platform === 'linux' ? false : 'images are made on Linux';

/** What a Dockerfile of ours says; throws on an instruction that it need not have. */
function read(dockerfile: string): { readonly config: ImageConfig; readonly layers: readonly string[] } {
  const layers: string[] = [];
  const env: string[] = [];
  const config: Record<string, unknown> = {};
  for (const line of dockerfile.split('\n').filter((text) => text !== '' && !text.startsWith('#'))) {
    const [, instruction, rest] = /^(\w+) (.+)$/.exec(line) ?? [];
    if (instruction === 'FROM' && rest === 'scratch') continue;
    else if (instruction === 'ADD') layers.push(/^([\w-]+)\.tar \/$/.exec(rest!)![1]!);
    else if (instruction === 'ENV') env.push(rest!);
    else if (instruction === 'WORKDIR') config.WorkingDir = rest;
    else if (instruction === 'USER') config.User = rest;
    else if (instruction === 'ENTRYPOINT') config.Entrypoint = JSON.parse(rest!);
    else if (instruction === 'CMD') config.Cmd = JSON.parse(rest!);
    else throw new Error(`what is this? ${line}`);
  }
  return { config: { ...config, ...(env.length > 0 ? { Env: env } : {}) }, layers };
}

describe('a Dockerfile', { skip }, () => {
  for (const name of imageNames) {
    it(`says what the image's definition says: ${name}`, async () => {
      const signal = new AbortController().signal;
      const context = createContext({ repositoryRoot: repository, signal, onProgress: () => {} });
      const { config, layers } = await loadDefinition(name);
      const said = read(await readFile(join(import.meta.dirname, name, 'Dockerfile'), 'utf8'));
      assert.deepEqual(said.config, config);
      const made = await layers({ ...context, tool: async () => process.execPath });
      assert.deepEqual(
        said.layers,
        made.map((layer) => layer.name),
      );
    });
  }

  it('that says something else is noticed', () => {
    assert.throws(() => read('FROM scratch\nRUN true'), /what is this/);
    assert.throws(() => read('FROM debian'), /what is this/);
    assert.notDeepEqual(read('FROM scratch\nUSER 0:0').config, { User: '10001:10001' });
  });
});
