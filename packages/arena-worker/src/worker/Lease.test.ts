import { Lease, LeaseLostError } from './Lease';

function lease(options: Partial<ConstructorParameters<typeof Lease>[0]> = {}) {
  return new Lease({
    leaseId: 'l',
    fence: 1,
    ranges: [{ from: 10, to: 13 }],
    items: [{ index: 2, attempt: 3 }],
    requestedAt: performance.now(),
    ttlMs: 60_000,
    ...options,
  });
}

const finished = (index: number, bytes = 10) => ({ index, json: '{}', bytes });

describe('Lease', () => {
  it('gives retried items before fresh ones, each once', () => {
    const subject = lease();
    expect(subject.unstarted).toBe(4);
    expect([1, 2, 3, 4, 5].map(() => subject.start())).toEqual([
      { index: 2, attempt: 3 },
      { index: 10, attempt: 1 },
      { index: 11, attempt: 1 },
      { index: 12, attempt: 1 },
      undefined,
    ]);
    expect(subject.unstarted).toBe(0);
    expect(subject.unacknowledged).toBe(4);
  });

  it('counts an item as in flight until its report was answered', () => {
    const subject = lease({ items: [], ranges: [{ from: 0, to: 1 }] });
    subject.start();
    subject.finish(finished(0));
    expect(subject.unacknowledged).toBe(1);
    subject.take({ items: 500, bytes: 1_000 });
    expect(subject.unacknowledged).toBe(1);
    expect(subject.begun).toEqual([0]);
    subject.acknowledge();
    expect(subject.isDone).toBe(true);
  });

  it('bounds reports by items and bytes, but always takes one', () => {
    const subject = lease({ items: [], ranges: [{ from: 0, to: 5 }] });
    for (let i = 0; i < 5; i++) subject.start();
    [900, 400, 400, 10, 10].forEach((bytes, i) =>
      subject.finish(finished(i, bytes)),
    );
    const take = () => {
      const taken = subject.take({ items: 2, bytes: 850 });
      subject.acknowledge();
      return taken.map(work => work.index);
    };
    expect([take(), take(), take()]).toEqual([[0], [1, 2], [3, 4]]);
  });

  it('tells each start once, and again when telling failed', () => {
    const subject = lease();
    subject.start();
    subject.start();
    subject.start();
    const told = subject.takeStarted(2);
    expect(told).toEqual([2, 10]);
    subject.untakeStarted(told);
    subject.forgetStarted(new Set([10]));
    expect(subject.takeStarted(9)).toEqual([2, 11]);
    expect(subject.takeStarted(9)).toEqual([]);
  });

  it('holds calls back while it has run out, until it is renewed', async () => {
    const subject = lease({ requestedAt: performance.now() - 2, ttlMs: 1 });
    expect(subject.isExpired).toBe(true);
    let isHeld = true;
    const call = subject.untilValid().then(() => {
      isHeld = false;
    });
    await new Promise(done => setTimeout(done, 20));
    expect(isHeld).toBe(true);
    subject.renew(performance.now(), 10_000);
    await call;
    expect(isHeld).toBe(false);
  });

  it('refuses calls once it is lost, also those that wait', async () => {
    const subject = lease({ requestedAt: performance.now() - 2, ttlMs: 1 });
    subject.start();
    const waiting = subject.untilValid();
    subject.lose('gone');
    await expect(waiting).rejects.toThrow(LeaseLostError);
    await expect(subject.untilValid()).rejects.toThrow('gone');
    expect(subject.lost.aborted).toBe(true);
    expect(subject.isDone).toBe(true);
    // A result that comes too late is dropped.
    subject.finish(finished(2));
    expect(subject.waiting).toBe(0);
  });

  it('counts as run out once it is doubted, until it is renewed by what was asked later', async () => {
    const askedBefore = performance.now() - 1;
    const subject = lease();
    subject.doubt();
    expect(subject.isExpired).toBe(true);
    const isValid = jest.fn();
    const waiting = subject.untilValid().then(isValid);
    subject.renew(askedBefore, 60_000);
    await new Promise(setImmediate);
    expect(subject.isExpired).toBe(true);
    expect(isValid).not.toHaveBeenCalled();
    subject.renew(performance.now(), 60_000);
    await waiting;
    expect(subject.isExpired).toBe(false);
  });
});
