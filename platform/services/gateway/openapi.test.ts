import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { viewerApi } from '#contracts/viewer-api.ts';
import { openApi } from './openapi.ts';
import { codeOf, openGateway } from './testing/gateway.ts';

type Document = {
  readonly paths: Record<string, Record<string, { responses: Record<string, unknown>; security: unknown[] }>>;
};

describe('the OpenAPI document', () => {
  it('is valid, and a broken one is not', async () => {
    const document = openApi();
    assert.deepEqual(await new Validator().validate(document), { valid: true });
    const { valid } = await new Validator().validate({ ...document, paths: { '/v1/x': { get: { responses: 1 } } } });
    assert.equal(valid, false);
  });

  it('is the committed one: `npm run generate openapi`', async () => {
    const committed = await readFile(join(import.meta.dirname, 'openapi.json'), 'utf8');
    assert.equal(committed, `${JSON.stringify(openApi(), null, 2)}\n`);
  });

  it('is served, and each of its operations is there', async (t) => {
    const { call } = await openGateway(t);
    const { status, json } = await call('GET', '/v1/openapi.json');
    assert.equal(status, 200);
    assert.deepEqual(json, JSON.parse(JSON.stringify(openApi())));
    const { paths } = json as Document;
    const count = Object.values(paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0);
    assert.equal(count, Object.keys(viewerApi).length);
    for (const { method, path } of Object.values(viewerApi)) {
      const answer = await call(method, path.replaceAll(/:\w+/g, 'x'), {});
      assert(!['not-found', 'method-not-allowed'].includes(codeOf(answer) ?? ''), `${method} ${path}`);
    }
  });
});
