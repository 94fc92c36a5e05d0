import { CallLimiter } from './CallLimiter';

const signal = new AbortController().signal;

/** Lets so many calls in as may be at once, up to a number. */
async function fill(limiter: CallLimiter, wanted: number): Promise<number> {
  const held = Array.from({ length: wanted }, () =>
    limiter.enter(false, signal),
  );
  const waiting = Symbol('waiting');
  const states = await Promise.all(
    held.map(each => Promise.race([each, Promise.resolve(waiting)])),
  );
  return states.filter(state => state !== waiting).length;
}

describe('CallLimiter', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('holds nothing back without a reason', async () => {
    const limiter = new CallLimiter({});
    expect(limiter.enter(false, signal)).toBeUndefined();
    expect(await fill(limiter, 999)).toBe(999);
  });

  it('halves what is in flight when the provider refuses, once for a crowd', async () => {
    const limiter = new CallLimiter({});
    await fill(limiter, 16);
    for (let i = 0; i < 8; i++) {
      limiter.refused();
      limiter.leave(false);
    }
    // Eight are in flight, and as many may be.
    expect(await fill(limiter, 1)).toBe(0);
    limiter.leave(false);
    jest.advanceTimersByTime(0);
    expect(await fill(limiter, 1)).toBe(0);
  });

  it('lets one more in for each round that goes well, and forgets the limit after enough of them', async () => {
    const limiter = new CallLimiter({});
    await fill(limiter, 4);
    limiter.refused();
    for (let i = 0; i < 4; i++) limiter.leave(false);
    jest.advanceTimersByTime(0);
    expect(await fill(limiter, 4)).toBe(2);
    const ok = () => {
      limiter.succeeded();
      limiter.leave(false);
    };
    // The two that wait come in as the others leave.
    for (let i = 0; i < 4; i++) ok();
    const room = await fill(limiter, 9);
    expect(room).toBe(3);
    for (let i = 0; i < 200; i++) {
      limiter.succeeded();
    }
    for (let i = 0; i < 9; i++) limiter.leave(false);
    expect(await fill(limiter, 50)).toBe(50);
  });

  it('lets nobody in before the pause that the provider asks for is over', async () => {
    const limiter = new CallLimiter({});
    await fill(limiter, 4);
    limiter.refused(5_000);
    limiter.leave(false);
    limiter.leave(false);
    limiter.leave(false);
    let entered = false;
    void limiter.enter(false, signal)?.then(() => {
      entered = true;
    });
    await jest.advanceTimersByTimeAsync(4_999);
    expect(entered).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(entered).toBe(true);
    limiter.close();
  });

  it('keeps the order of those who wait, and forgets who gave up', async () => {
    const limiter = new CallLimiter({ maxStreams: 1 });
    await limiter.enter(true, signal);
    const order: string[] = [];
    const abort = new AbortController();
    const wait = (name: string, own: AbortSignal) =>
      limiter.enter(true, own)?.then(
        () => order.push(name),
        reason => order.push(`${name}: ${reason.message}`),
      );
    void wait('first', abort.signal);
    void wait('second', signal);
    void wait('third', signal);
    abort.abort(new Error('gave up'));
    limiter.leave(true);
    await jest.advanceTimersByTimeAsync(0);
    expect(order).toEqual(['first: gave up', 'second']);
    limiter.leave(true);
    await jest.advanceTimersByTimeAsync(0);
    expect(order).toEqual(['first: gave up', 'second', 'third']);
  });

  it('takes neither a place nor a turn for who gives up while waiting for the rate', async () => {
    const limiter = new CallLimiter({
      rate: { rps: 1, burst: 1 },
      maxStreams: 1,
    });
    await limiter.enter(true, signal);
    limiter.leave(true);
    const abort = new AbortController();
    const held = Array.from({ length: 50 }, () =>
      limiter.enter(true, abort.signal),
    );
    const ends = Promise.allSettled(held);
    abort.abort(new Error('gave up'));
    expect((await ends).every(({ status }) => status === 'rejected')).toBe(
      true,
    );
    let entered = false;
    void limiter.enter(true, signal)?.then(() => {
      entered = true;
    });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(entered).toBe(true);
  });

  it('halves what is in flight, not what waits for the rate', async () => {
    const limiter = new CallLimiter({ rate: { rps: 1, burst: 4 } });
    let entered = 0;
    const enter = async () => {
      await limiter.enter(false, signal);
      entered += 1;
    };
    for (let i = 0; i < 100; i++) void enter();
    await jest.advanceTimersByTimeAsync(0);
    expect(entered).toBe(4);
    limiter.refused();
    for (let i = 0; i < 4; i++) limiter.leave(false);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(entered).toBe(6);
    limiter.close();
  });

  it('keeps the rate when a pause is over', async () => {
    const limiter = new CallLimiter({ rate: { rps: 1, burst: 1 } });
    await limiter.enter(false, signal);
    limiter.refused(10_000);
    let entered = 0;
    const enter = async () => {
      await limiter.enter(false, signal);
      entered += 1;
      limiter.leave(false);
    };
    for (let i = 0; i < 5; i++) void enter();
    limiter.leave(false);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(entered).toBe(1);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(entered).toBe(2);
    limiter.close();
  });

  it('lets in no more calls than there may be', async () => {
    const limiter = new CallLimiter({ maxCalls: 2 });
    expect(await fill(limiter, 5)).toBe(2);
    limiter.leave(false);
    expect(await fill(limiter, 1)).toBe(0);
  });
});
