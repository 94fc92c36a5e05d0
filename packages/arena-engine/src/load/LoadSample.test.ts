import { ItemReport } from '@backstage-arena/plugin-arena-common';
import {
  LoadAccumulator,
  ServiceLevels,
} from '@backstage-arena/plugin-arena-common/load';
import { LoadRecorder } from './LoadRecorder';
import { LoadSample } from './LoadSample';

const USE = { inputTokens: 10, outputTokens: 5, cachedTokens: 0, cost: 0.5 };
const PLAIN = { ...USE, latencyMs: 20 };
const STREAMED = { ...PLAIN, ttftMs: 10 };

const REPORT: ItemReport = {
  ...USE,
  index: 0,
  attempt: 1,
  status: 'passed',
  startedAt: new Date(0).toISOString(),
  durationMs: 1,
  checksTotal: 1,
  checksFailed: 0,
  turns: 1,
  toolCalls: 0,
};

/** Plays a conversation; gives its outcome and all that was recorded. */
async function record(
  play: (sample: LoadSample) => ReturnType<LoadSample['end']>,
  slo: ServiceLevels = {},
) {
  const now = performance.now();
  const accumulator = new LoadAccumulator(() => []);
  const recorder = new LoadRecorder({
    workerId: 'one',
    originMs: now,
    takeSpinMs: () => 0,
    onError: error => {
      throw error;
    },
    onBatch: batch => {
      accumulator.add(batch);
    },
  });
  recorder.start();
  const sample = new LoadSample({
    number: 0,
    stage: 0,
    provider: 'p',
    scenario: 's',
    graded: true,
    dueAt: now,
    sentAt: now,
    recorder,
    slo,
  });
  const outcome = play(sample);
  await recorder.stop();
  const totals = accumulator.measured;
  return { outcome, totals, counts: totals.counts };
}

function wait(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('the record of a conversation', () => {
  it('has what calls used of one that was cancelled', async () => {
    const { counts } = await record(sample => {
      sample.onUse?.(USE);
      return sample.end(undefined, 'cancelled');
    });
    expect(counts).toMatchObject({ failed: { cancelled: 1 }, ...USE });
  });

  it('has what calls used once when the conversation was carried out', async () => {
    const { counts } = await record(sample => {
      sample.onUse?.(USE);
      return sample.end(REPORT, undefined);
    });
    expect(counts).toMatchObject({ succeeded: 1, ...USE });
  });

  it('leaves the time out that judging took', async () => {
    const { totals, outcome } = await record(
      sample => {
        sample.probe().succeeded(PLAIN);
        wait(300);
        return sample.end(REPORT, undefined);
      },
      { latencyMs: 250 },
    );
    expect(totals.times.get('latency')?.summary?.max).toBeLessThan(250);
    expect(totals.times.get('serviceTime')?.summary?.max).toBeLessThan(250);
    expect(outcome.good).toBe(true);
  });

  it.each([
    { name: 'ttft', slo: { ttftMs: 1_000 } },
    { name: 'itl', slo: { itlMs: 1_000 } },
    { name: 'tpot', slo: { tpotMs: 1_000 } },
  ])('does not meet a level of $name without a stream', async ({ slo }) => {
    const play = (reply: typeof PLAIN) => (sample: LoadSample) => {
      sample.probe().succeeded(reply);
      return sample.end(REPORT, undefined);
    };
    expect((await record(play(PLAIN), slo)).outcome.good).toBe(false);
    expect((await record(play(STREAMED), slo)).outcome.good).toBe(true);
    expect((await record(play(PLAIN))).outcome.good).toBe(true);
  });

  it('is graded only when there was something to check', async () => {
    const { outcome, counts } = await record(sample =>
      sample.end({ ...REPORT, checksTotal: 0 }, undefined),
    );
    expect(outcome).toMatchObject({ graded: false, passed: false, good: true });
    expect(counts).toMatchObject({ graded: 0, passed: 0, good: 1 });
  });

  it('is not good when it ran into a limit, checks or none', async () => {
    const { outcome } = await record(sample =>
      sample.end({ ...REPORT, checksTotal: 0, status: 'failed' }, undefined),
    );
    expect(outcome.good).toBe(false);
  });
});
