import { LoadAccumulator } from './LoadAccumulator';
import { LoadHistogram } from './LoadHistogram';
import { LoadReportBatch, LoadSeries, noCounts } from './LoadRecord';
import { measuredStages } from './MeasuredStage';

const STAGES = measuredStages([{ durationMs: 2_000, from: 5, to: 5 }], 1_000);

function series(values: number[]): LoadSeries {
  const histogram = new LoadHistogram();
  values.forEach(value => histogram.record(value));
  const encoded = histogram.encode();
  return {
    ...noCounts(),
    sent: values.length,
    cost: 1,
    times: { latency: encoded, lateness: encoded },
  };
}

/** One second of two stages, the first of which is warm-up, and two providers. */
const BATCH: LoadReportBatch = {
  worker: {
    workerId: 'w',
    second: 1,
    elapsedMs: 1_000,
    eventLoopDelay: { p50: 0, p99: 0, max: 0 },
    cpuMs: 0,
    spinMs: 0,
    inFlight: 0,
    connectionsOpened: 0,
    connectionsReused: 0,
    rssBytes: 0,
  },
  records: [
    {
      second: 1,
      stage: 0,
      providers: { a: series([1, 2]) },
      scenarios: {},
      dropped: { late: 1 },
    },
    {
      second: 1,
      stage: 1,
      providers: { a: series([3]), b: series([4, 5]) },
      scenarios: { s: { ...noCounts(), sent: 3 } },
      dropped: { late: 2 },
    },
  ],
};

describe('what workers report', () => {
  it('is added up where it belongs', () => {
    const accumulator = new LoadAccumulator(() => STAGES);
    const batch = accumulator.add(BATCH);
    const { measured, stages, providers, scenarios, workers } = accumulator;
    const shown = [
      batch,
      stages.get(0),
      stages.get(1),
      measured,
      workers.get('w')?.totals,
      providers.get('a'),
      providers.get('b'),
    ].map(totals => [
      totals?.counts.sent,
      totals?.times.get('latency')?.summary?.count,
      totals?.times.get('lateness')?.summary?.max.toFixed(1),
      totals?.droppedCount,
    ]);
    expect(shown).toEqual([
      [5, 5, '5.0', 3],
      [2, 2, '2.0', 1],
      [3, 3, '5.0', 2],
      [3, 3, '5.0', 2],
      [3, 3, '5.0', 2],
      [1, 1, '3.0', 0],
      [2, 2, '5.0', 0],
    ]);
    expect(scenarios.get('s')?.sent).toBe(3);
    expect(accumulator.cost).toBe(3);
  });

  it('lets other work in after each histogram, and comes to the same', async () => {
    const whole = new LoadAccumulator(() => STAGES);
    const inParts = new LoadAccumulator(() => STAGES);
    const pause = jest.fn(async () => {});
    const batch = await inParts.addInParts(BATCH, pause);
    expect(pause).toHaveBeenCalledTimes(6);
    expect(batch).toEqual(whole.add(BATCH));
    expect(inParts.measured).toEqual(whole.measured);
  });
});
