import { ArrivalSchedule } from './ArrivalSchedule';
import { LoadAccumulator } from './LoadAccumulator';
import { noCounts } from './LoadRecord';
import { measuredStages } from './MeasuredStage';
import { SearchSteps } from './SearchSteps';

describe('the steps of a search', () => {
  it('name the stages that the result rests on', () => {
    const rates = [10, 20, 15, 12];
    const stages = measuredStages(
      rates.map(rate => ({ durationMs: 1_000, from: rate, to: rate })),
      0,
    );
    const schedule = new ArrivalSchedule({ stages });
    const accumulator = new LoadAccumulator(() => stages);
    const steps = new SearchSteps({
      startRPS: 10,
      maxRPS: 100,
      stepDurationMs: 1_000,
      precision: 0.1,
    });
    for (const stage of stages) {
      const { index, from: rate } = stage;
      expect(steps.next).toEqual({ target: rate, durationMs: 1_000 });
      const counts = { ...noCounts(), good: Math.min(rate, 12) };
      accumulator.add({
        worker: {
          workerId: 'w',
          second: index,
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
            second: index,
            stage: index,
            providers: { p: { ...counts, times: {} } },
            scenarios: {},
            dropped: {},
          },
        ],
      });
      steps.judge(stage, accumulator, schedule);
    }
    expect(steps.goodStages).toEqual([0, 3]);
    expect(steps.badStage).toBe(2);
    expect(steps.result.rate).toBe(12);
  });
});
