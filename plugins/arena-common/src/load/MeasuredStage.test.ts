import { withControls } from './LoadControl';
import { measuredStages } from './MeasuredStage';

const STAGES = [{ durationMs: 60_000, from: 5, to: 5 }];

const spans = (stages: ReturnType<typeof measuredStages>) =>
  stages.map(({ startMs, endMs, measured }) => [startMs, endMs, measured]);

describe('measuredStages', () => {
  it('cuts a stage where the warm-up ends', () => {
    expect(spans(measuredStages(STAGES, 10_000))).toEqual([
      [0, 10_000, false],
      [10_000, 60_000, true],
    ]);
  });

  it('measures all of a test without warm-up', () => {
    expect(spans(measuredStages(STAGES, 0))).toEqual([[0, 60_000, true]]);
  });

  it('goes on with the warm-up after a pause within it', () => {
    const stages = withControls(STAGES, [
      { action: 'pause', atMs: 4_000 },
      { action: 'resume', atMs: 34_000 },
    ]);
    expect(spans(measuredStages(stages, 10_000))).toEqual([
      [0, 4_000, false],
      [4_000, 34_000, false],
      [34_000, 40_000, false],
      [40_000, 90_000, true],
    ]);
  });

  it('measures nothing of a test that ends within its warm-up', () => {
    expect(spans(measuredStages(STAGES, 90_000))).toEqual([[0, 60_000, false]]);
  });
});
