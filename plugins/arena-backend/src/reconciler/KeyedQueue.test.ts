import { KeyedQueue, KeyedQueueOptions } from './KeyedQueue';

function createQueue(options: Partial<KeyedQueueOptions>) {
  const errors: Array<{ key: string; delayMs: number }> = [];
  const queue = new KeyedQueue({
    concurrency: 2,
    backoffMs: 5,
    maxBackoffMs: 20,
    work: async () => undefined,
    onError: (key, _error, delayMs) => errors.push({ key, delayMs }),
    ...options,
  });
  return { queue, errors };
}

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

describe('KeyedQueue', () => {
  it('works on a key once however often it was added while waiting', async () => {
    const seen: string[] = [];
    let release = () => {};
    const gate = new Promise<void>(resolve => {
      release = resolve;
    });
    const { queue } = createQueue({
      concurrency: 1,
      work: async key => {
        seen.push(key);
        if (key === 'first') await gate;
        return undefined;
      },
    });
    queue.add('first');
    queue.add('a');
    queue.add('a');
    queue.add('a');
    release();
    await sleep(10);
    expect(seen).toEqual(['first', 'a']);
  });

  it('never works on a key twice at a time, and once more when it changed meanwhile', async () => {
    let active = 0;
    let most = 0;
    let runs = 0;
    const { queue } = createQueue({
      concurrency: 4,
      work: async () => {
        active += 1;
        runs += 1;
        most = Math.max(most, active);
        await sleep(10);
        active -= 1;
        return undefined;
      },
    });
    queue.add('a');
    queue.add('a');
    await sleep(2);
    queue.add('a');
    queue.add('a');
    await sleep(50);
    expect(most).toBe(1);
    expect(runs).toBe(2);
  });

  it('repeats a failing key after growing delays up to the limit', async () => {
    let runs = 0;
    const { queue, errors } = createQueue({
      work: async () => {
        runs += 1;
        if (runs <= 5) throw new Error('no');
        return undefined;
      },
    });
    queue.add('a');
    await sleep(150);
    expect(errors.map(e => e.delayMs)).toEqual([5, 10, 20, 20, 20]);
    expect(runs).toBe(6);
  });

  it('does not spin when a failing key keeps changing', async () => {
    let runs = 0;
    const { queue } = createQueue({
      backoffMs: 30,
      maxBackoffMs: 30,
      work: async key => {
        runs += 1;
        queue.add(key);
        throw new Error('no');
      },
    });
    queue.add('a');
    await sleep(80);
    expect(runs).toBeLessThanOrEqual(4);
    await queue.stop();
  });

  it('comes back after the time that the work asked for', async () => {
    const times: number[] = [];
    const { queue } = createQueue({
      work: async () => {
        times.push(Date.now());
        return times.length < 3 ? 20 : undefined;
      },
    });
    queue.add('a');
    await sleep(120);
    expect(times).toHaveLength(3);
    expect(times[1] - times[0]).toBeGreaterThanOrEqual(18);
  });

  it('prefers the shorter of two delays', async () => {
    const seen: number[] = [];
    const { queue } = createQueue({
      work: async () => {
        seen.push(Date.now());
        return undefined;
      },
    });
    const start = Date.now();
    queue.addAfter('a', 500);
    queue.addAfter('a', 10);
    queue.addAfter('a', 300);
    await sleep(60);
    expect(seen).toHaveLength(1);
    expect(seen[0] - start).toBeLessThan(60);
  });

  it('stops only after the running work has ended, and takes nothing afterwards', async () => {
    let ended = 0;
    const { queue } = createQueue({
      work: async () => {
        await sleep(20);
        ended += 1;
        return 1;
      },
    });
    queue.add('a');
    queue.add('b');
    queue.add('c');
    await queue.stop();
    expect(ended).toBe(2);
    queue.add('d');
    await sleep(30);
    expect(ended).toBe(2);
  });
});
