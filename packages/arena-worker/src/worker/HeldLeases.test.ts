import { HeldLeases } from './HeldLeases';
import { Lease } from './Lease';

function lease(leaseId: string, from: number, to: number, ttlMs = 60_000) {
  return new Lease({
    leaseId,
    fence: 1,
    ranges: [{ from, to }],
    requestedAt: performance.now(),
    ttlMs,
  });
}

/** Holds the leases, which were asked for just now. */
function hold(...leases: Lease[]) {
  const onDoubt = jest.fn();
  const held = new HeldLeases(onDoubt);
  for (const each of leases) held.add(each, performance.now());
  const start = (most: number) => {
    const begun: string[] = [];
    held.start(most, ({ leaseId }, { index }) =>
      begun.push(`${leaseId}:${index}`),
    );
    return begun;
  };
  return { held, onDoubt, start };
}

describe('HeldLeases', () => {
  it('begins items lease by lease, at most as many as there are places', () => {
    const { held, start } = hold(lease('a', 0, 2), lease('b', 5, 8));
    expect(start(3)).toEqual(['a:0', 'a:1', 'b:5']);
    expect([held.unacknowledged, held.unstarted]).toEqual([3, 2]);
    expect(start(0)).toEqual([]);
    expect(start(-1)).toEqual([]);
    expect(start(10)).toEqual(['b:6', 'b:7']);
  });

  it('begins nothing under a lease that has run out', () => {
    const { start } = hold(lease('gone', 0, 2, -1), lease('b', 5, 6));
    expect(start(10)).toEqual(['b:5']);
  });

  it('begins nothing under what is in doubt until the backend was heard of it', () => {
    const [a, b] = [lease('a', 0, 2), lease('b', 5, 7)];
    const { held, onDoubt, start } = hold(a, b);
    held.doubtAllBut(new Set([a]));
    expect(onDoubt).toHaveBeenCalledTimes(1);
    expect(start(10)).toEqual(['a:0', 'a:1']);
    b.renew(performance.now(), 60_000);
    expect(start(10)).toEqual(['b:5', 'b:6']);
  });

  it('doubts a lease that was granted before the loss was known, and no later one', () => {
    const { held, onDoubt, start } = hold();
    const before = performance.now();
    held.doubtAllBut(new Set());
    held.add(lease('early', 0, 1), before);
    expect(onDoubt).toHaveBeenCalledTimes(1);
    held.add(lease('late', 5, 6), performance.now() + 1);
    expect(onDoubt).toHaveBeenCalledTimes(1);
    expect(start(10)).toEqual(['late:5']);
  });

  it('drops what is done, and knows what is idle', () => {
    const [a, b] = [lease('a', 0, 1), lease('b', 5, 7)];
    const { held, start } = hold(a, b);
    start(1);
    expect(held.idle()).toEqual([b]);
    a.abandon(0);
    held.dropDone();
    expect([...held]).toEqual([b]);
    held.lose('The worker stops');
    expect(b.lost.aborted).toBe(true);
    held.delete(b);
    expect(held.size).toBe(0);
  });
});
