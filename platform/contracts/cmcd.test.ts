import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCmcd } from './cmcd.ts';

describe('CMCD', () => {
  it('reads the examples of CTA-5004', () => {
    assert.deepEqual(parseCmcd('br=3200,bs,d=4004,mtp=25400,ot=v,rtp=15000,sid="6e2fb550-c457"').values, {
      ...{ br: 3200, bs: true, d: 4004, mtp: 25400, ot: 'v', rtp: 15000 },
      sid: '6e2fb550-c457',
    });
    assert.deepEqual(parseCmcd('bl=8000,br=3200,su'), { values: { bl: 8000, br: 3200, su: true }, refused: [] });
    assert.deepEqual(
      parseCmcd('cid="a, \\"b\\"",nor="..%2f300kbps%2ftrack.m4v",pr=1.08,com.example-myKey="x"').values,
      {
        ...{ cid: 'a, "b"', nor: '..%2f300kbps%2ftrack.m4v', pr: 1.08 },
        'com.example-myKey': 'x',
      },
    );
  });

  it('leaves out what the standard does not have, and keeps the rest', () => {
    const { values, refused } = parseCmcd('bl=-1,br=many,ot=x,sid=bare,unknown=1,bs=maybe,bl=12,__proto__=1');
    assert.deepEqual(values, { bl: 12 });
    assert.deepEqual(refused, ['bl', 'br', 'ot', 'sid', 'unknown', 'bs', '__proto__']);
  });

  it('ends, whatever comes', () => {
    for (const text of ['', ',', '=', '"', '"""', 'a='.repeat(5_000), '"\\'.repeat(5_000), ',,,bl=1,']) parseCmcd(text);
    assert.deepEqual(parseCmcd(',,,bl=1,').values, { bl: 1 });
  });
});
