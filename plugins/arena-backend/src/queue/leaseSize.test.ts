import { leaseSize } from './leaseSize';

const base = {
  backlog: 1_000_000,
  workers: 4,
  capacity: 10_000,
  concurrency: 4,
  finished: 0,
  durationMs: 0,
};

describe('leaseSize', () => {
  it('is bounded by what fits into a report', () => {
    expect(leaseSize(base)).toBe(500);
  });

  it('never exceeds what the worker can take, or what is left', () => {
    expect(leaseSize({ ...base, capacity: 7 })).toBe(7);
    expect(
      leaseSize({ ...base, backlog: 3, finished: 100, durationMs: 1 }),
    ).toBe(3);
  });

  it('leaves something for the other workers', () => {
    expect(leaseSize({ ...base, backlog: 80 })).toBe(10);
    expect(leaseSize({ ...base, backlog: 1 })).toBe(1);
  });

  it('does not go below what keeps a worker busy for a moment', () => {
    // 10 ms per item, four at a time: half a second are 200 items.
    const quick = { ...base, backlog: 400, finished: 100, durationMs: 1_000 };
    expect(leaseSize(quick)).toBe(199);
    // Ten seconds per item.
    expect(leaseSize({ ...quick, durationMs: 1_000_000 })).toBe(50);
  });
});
