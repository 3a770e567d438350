import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Place } from '#base/names.ts';
import type { Endpoint } from '#kit/service.ts';
import { edgesFor, ordered } from './edges.ts';

const edge = (region: Place, n: number, port = 8441): Endpoint => ({
  id: `edge/${region}-${n}`,
  service: 'edge',
  region,
  node: undefined,
  zone: undefined,
  podIp: `10.0.0.${n}`,
  host: `127.0.0.${n}`,
  port,
  state: 'ready',
});
const east = [1, 2, 3].map((n) => edge('us-east-1', n));
const west = [4, 5, 6].map((n) => edge('us-west-2', n));

describe('edges of a session', () => {
  it('keep the order of regions', () => {
    for (const session of ['a', 'b', 'c', 'd'])
      assert.deepEqual(
        ordered([...west, ...east], session).map(({ region }) => region),
        [...west, ...east].map(({ region }) => region),
      );
  });

  it('are the same each time, and spread over sessions', () => {
    const first = (session: string) => ordered(east, session)[0]!.id;
    assert.equal(first('a'), first('a'));
    const firsts = Array.from({ length: 300 }, (_, i) => first(`session-${i}`));
    for (const { id } of east) assert(firsts.filter((each) => each === id).length > 60, id);
  });

  it('move only those sessions whose edge is gone', () => {
    const without = east.filter(({ id }) => id !== east[1]!.id);
    for (let i = 0; i < 50; i++) {
      const before = ordered(east, `s${i}`)[0]!.id;
      if (before !== east[1]!.id) assert.equal(ordered(without, `s${i}`)[0]!.id, before);
    }
  });

  it('have the port of the viewer’s home', () => {
    const asked: string[] = [];
    const edges = edgesFor({
      endpoints: (service, protocol, options) => {
        asked.push(`${service} ${protocol} ${options?.from}`);
        const port = options?.from === 'us-west-2' ? 8442 : 8441;
        const nearest = () => [edge('us-west-2', 4, port)];
        return { list: nearest, nearest, onChange: () => () => undefined, known: Promise.resolve() };
      },
    });
    assert.deepEqual(edges('us-west-2', 's'), ['https://127.0.0.4:8442']);
    assert.deepEqual(
      asked,
      ['us-east-1', 'us-west-2', 'ap-south-1'].map((home) => `edge https ${home}`),
    );
  });
});
