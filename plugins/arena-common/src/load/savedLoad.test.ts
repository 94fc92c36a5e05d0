import { LoadAccumulator } from './LoadAccumulator';
import { LoadReportBatch, noCounts } from './LoadRecord';
import { LoadHistogram } from './LoadHistogram';
import { measuredStages } from './MeasuredStage';
import { restoreLoad, saveLoad } from './savedLoad';

const STAGES = measuredStages([{ durationMs: 9_000, from: 5, to: 5 }], 1_000);

function batch(second: number, values: number[]): LoadReportBatch {
  const latency = new LoadHistogram();
  values.forEach(value => latency.record(value));
  const counts = { ...noCounts(), sent: values.length, cost: 0.1 };
  return {
    worker: {
      workerId: `w${second % 2}`,
      second,
      elapsedMs: 1_000,
      eventLoopDelay: { p50: 0, p99: 60, max: 70 },
      cpuMs: 5,
      spinMs: 1,
      inFlight: 3,
      connectionsOpened: 1,
      connectionsReused: 2,
      rssBytes: 9,
      last: second === 4,
    },
    records: [
      {
        second,
        stage: second === 0 ? 0 : 1,
        providers: {
          [`p${second % 3}`]: {
            ...counts,
            times: { latency: latency.encode() },
          },
        },
        scenarios: { s: counts },
        dropped: { late: second },
      },
    ],
  };
}

const BATCHES = [0, 1, 2, 3, 4].map(second =>
  batch(second, [second + 0.123, 1_000 * second, 7]),
);

/** Everything that can be read from an accumulator. */
async function content(accumulator: LoadAccumulator) {
  const { stages, workers, measured } = accumulator;
  return {
    saved: await saveLoad(accumulator, async () => {}),
    lastSecond: accumulator.lastSecond,
    latency: measured.time('latency').summary,
    stages: [...stages.values()].map(({ times }) => times.get('latency')?.mean),
    workers: [...workers.values()].map(({ hasEnded }) => hasEnded),
  };
}

describe('a saved load test', () => {
  it('goes on as if it had never been saved', async () => {
    const whole = new LoadAccumulator(() => STAGES);
    BATCHES.forEach(each => whole.add(each));
    const first = new LoadAccumulator(() => STAGES);
    BATCHES.slice(0, 3).forEach(each => first.add(each));
    const text = JSON.stringify(await saveLoad(first, async () => {}));
    const second = new LoadAccumulator(() => STAGES);
    await restoreLoad(second, JSON.parse(text), async () => {});
    BATCHES.slice(3).forEach(each => second.add(each));
    expect(await content(second)).toEqual(await content(whole));
  });
});
