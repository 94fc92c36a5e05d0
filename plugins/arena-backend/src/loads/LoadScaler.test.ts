import {
  LoadReportBatch,
  LoadTotals,
} from '@backstage-arena/plugin-arena-common/load';
import { LoadScaler } from './LoadScaler';

type Second = [LoadReportBatch, LoadTotals];

function second(
  number: number,
  {
    latenessMs = 0,
    loopMs = 0,
    cpu = 0.5,
    late = 0,
    inFlight = 0,
    sent = 10,
  } = {},
): Second {
  const totals = new LoadTotals();
  totals.time('lateness').record(latenessMs);
  totals.addDropped({ late, inFlight });
  totals.counts.sent = sent;
  const worker = {
    workerId: 'w',
    second: number,
    elapsedMs: 1_000,
    eventLoopDelay: { p50: 0, p99: loopMs, max: loopMs },
    cpuMs: cpu * 1_000 + 100,
    spinMs: 100,
    inFlight: 1,
    connectionsOpened: 0,
    connectionsReused: 1,
    rssBytes: 1,
  };
  return [{ worker, records: [] }, totals];
}

function scaler(
  seconds: number,
  load: Parameters<typeof second>[1],
): LoadScaler {
  const made = new LoadScaler();
  for (let n = 0; n < seconds; n += 1) made.add(...second(n, load));
  return made;
}

const bounds = { min: 1, max: 8 };

describe('the number of workers of a load test', () => {
  it.each([
    ['they send late', { latenessMs: 30 }],
    ['their event loops are late', { loopMs: 80 }],
    ['they are busy', { cpu: 0.95 }],
    ['they drop what is due', { late: 1 }],
  ])('grows by half when %s', (_, load) => {
    const decide = (current: number, seconds = 3) =>
      scaler(seconds, load).decide({ nowMs: 9_000, current, ...bounds });
    expect(decide(1)).toBe(2);
    expect(decide(4)).toBe(6);
    expect(decide(7)).toBe(8);
    expect(decide(8)).toBe(8);
    // One bad moment is none.
    expect(decide(1, 2)).toBe(1);
  });

  it('stays while they cope, however slow the system is', () => {
    const slow = scaler(10, { inFlight: 50 });
    expect(slow.decide({ nowMs: 10_000, current: 2, ...bounds })).toBe(2);
    const made = scaler(60, { latenessMs: 2, cpu: 0.5 });
    expect(made.decide({ nowMs: 60_000, current: 4, ...bounds })).toBe(4);
  });

  it('waits for a change to take effect', () => {
    const made = scaler(5, { latenessMs: 50 });
    expect(made.decide({ nowMs: 5_000, current: 2, ...bounds })).toBe(3);
    for (let n = 5; n < 14; n += 1) made.add(...second(n, { latenessMs: 50 }));
    expect(made.decide({ nowMs: 14_000, current: 3, ...bounds })).toBe(3);
    expect(made.decide({ nowMs: 15_000, current: 3, ...bounds })).toBe(5);
  });

  it('shrinks by one after half a minute of idleness, not below its minimum', () => {
    const idle = { cpu: 0.05 };
    const decide = (current: number, seconds: number) =>
      scaler(seconds, idle).decide({ nowMs: 60_000, current, ...bounds });
    expect(decide(4, 29)).toBe(4);
    expect(decide(4, 30)).toBe(3);
    expect(decide(1, 30)).toBe(1);
    const paused = scaler(60, { cpu: 0, sent: 0 });
    expect(paused.decide({ nowMs: 60_000, current: 4, ...bounds })).toBe(4);
  });
});
