import {
  CellAccumulator,
  CellStatistics,
} from '@backstage-arena/plugin-arena-common';
import { SharedStatistics } from './SharedStatistics';

/** A computation that ends when it is told to. */
function computation() {
  const signals: AbortSignal[] = [];
  const ends: Array<{
    resolve(value: CellStatistics): void;
    reject(error: Error): void;
  }> = [];
  return {
    signals,
    ends,
    compute: (signal: AbortSignal) =>
      new Promise<CellStatistics>((resolve, reject) => {
        signals.push(signal);
        ends.push({ resolve, reject });
      }),
  };
}

const value = () => new CellAccumulator().statistics;

describe('SharedStatistics', () => {
  it('computes once for all who ask for the same', async () => {
    const shared = new SharedStatistics();
    const { compute, ends } = computation();
    const first = shared.get('a', compute);
    const second = shared.get('a', compute);
    const result = value();
    ends[0].resolve(result);
    expect(await first).toBe(result);
    expect(await second).toBe(result);
    expect(await shared.get('a', compute)).toBe(result);
    expect(ends).toHaveLength(1);
    const other = shared.get('b', compute);
    ends[1].resolve(value());
    expect(await other).not.toBe(result);
  });

  it('stops when nobody waits any more, and not before', async () => {
    const shared = new SharedStatistics();
    const { compute, ends, signals } = computation();
    const [one, two] = [new AbortController(), new AbortController()];
    const first = shared.get('a', compute, one.signal);
    const second = shared.get('a', compute, two.signal);
    one.abort(new Error('one is gone'));
    await expect(first).rejects.toThrow('one is gone');
    expect(signals[0].aborted).toBe(false);
    two.abort(new Error('two is gone'));
    await expect(second).rejects.toThrow('two is gone');
    expect(signals[0].aborted).toBe(true);
    // What was stopped is not shared.
    const third = shared.get('a', compute);
    ends[0].reject(new Error('stopped'));
    ends[1].resolve(value());
    await third;
    await expect(
      shared.get('a', compute, AbortSignal.abort(new Error('too late'))),
    ).rejects.toThrow('too late');
    expect(ends).toHaveLength(2);
  });

  it('tries again after a failure', async () => {
    const shared = new SharedStatistics();
    const { compute, ends } = computation();
    const failed = shared.get('a', compute);
    ends[0].reject(new Error('no database'));
    await expect(failed).rejects.toThrow('no database');
    const again = shared.get('a', compute);
    ends[1].resolve(value());
    expect(await again).toMatchObject({ items: 0 });
  });

  it('forgets what was not used for longest', async () => {
    const shared = new SharedStatistics(2);
    let computed = 0;
    const get = (key: string) =>
      shared.get(key, async () => {
        computed += 1;
        return value();
      });
    for (const key of ['a', 'b', 'a', 'c', 'a']) await get(key);
    expect(computed).toBe(3);
    await get('b');
    expect(computed).toBe(4);
  });
});
