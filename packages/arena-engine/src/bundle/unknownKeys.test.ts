import { z } from 'zod/v4';
import { unknownKeys } from './unknownKeys';

const node: z.ZodType = z.lazy(() =>
  z.object({ name: z.string().optional(), child: node.optional() }),
);
const schema = z.object({
  free: z.record(z.string(), z.unknown()).nullish(),
  list: z.array(z.object({ a: z.int() })).optional(),
  map: z.record(z.string(), z.object({ b: z.int() })).optional(),
  tree: node.optional(),
});

describe('unknownKeys', () => {
  it('finds keys at any depth, with those that stand beside them', () => {
    const value = {
      list: [{ a: 1 }, { a: 2, x: 1 }],
      map: { m: { b: 1, y: 2 } },
      tree: { child: { child: { z: 1 } } },
      top: 1,
    };
    expect(unknownKeys(schema, value, ['spec'])).toEqual([
      { path: ['spec', 'list', 1], key: 'x', known: ['a'] },
      { path: ['spec', 'map', 'm'], key: 'y', known: ['b'] },
      {
        path: ['spec', 'tree', 'child', 'child'],
        key: 'z',
        known: ['name', 'child'],
      },
      { path: ['spec'], key: 'top', known: ['free', 'list', 'map', 'tree'] },
    ]);
  });

  it('has nothing to say about free maps and values of another shape', () => {
    expect(
      unknownKeys(schema, { free: { any: { thing: 1 } }, list: 'text' }),
    ).toEqual([]);
    expect(unknownKeys(schema, null)).toEqual([]);
  });
});
