import { ItemReport, RunPlan } from '@backstage-arena/plugin-arena-common';
import {
  arrivalsOf,
  LoadProfile,
  loadProfileSchema,
  LoadReportBatch,
  scheduleOf,
} from '@backstage-arena/plugin-arena-common/load';
import { arena, removeBundles, writeBundle } from '../__testUtils__/bundles';
import { loadBundle } from '../bundle/loadBundle';
import { ExecuteOptions } from '../Engine';
import { LoadRunner } from './LoadRunner';
import { LoadOutcome } from './LoadSample';

jest.setTimeout(30_000);

let plan: RunPlan;
beforeAll(async () => {
  const folder = await writeBundle({
    'config.arena.yaml': arena({
      scenarios: { greets: { turns: [{ role: 'user', content: 'Hello' }] } },
    }),
    'mock.yaml': { defaultResponse: 'ok' },
  });
  plan = (await loadBundle(folder)).plan({});
});
afterAll(removeBundles);

const succeeded = { status: 'passed', checksTotal: 0 } as ItemReport;

function start(options: {
  profile?: Partial<LoadProfile>;
  /** How long ago the test began. */
  agoMs?: number;
  execute?: (options: ExecuteOptions) => Promise<ItemReport>;
  onBatch?: (batch: LoadReportBatch) => void;
}) {
  const { agoMs = 0, execute = async () => succeeded } = options;
  const profile = loadProfileSchema.parse({
    mode: 'open',
    stages: [{ durationMs: 10_000, from: 20, to: 20 }],
    arrivals: 'constant',
    seed: 1,
    warmUpMs: 0,
    gracefulStopMs: 10_000,
    vusPerWorker: 1,
    maxInFlight: 100,
    exceedRateLimits: false,
    mix: [],
    slo: {},
    sampleRate: 1,
    thresholds: [],
    budgetCurrency: 'USD',
    ...options.profile,
  });
  const outcomes: LoadOutcome[] = [];
  const batches: LoadReportBatch[] = [];
  const runner = new LoadRunner({
    runner: { plan, execute: (_, given) => execute(given) },
    profile,
    workerId: 'w',
    originMs: performance.now() - agoMs,
    onBatch: batch => {
      options.onBatch?.(batch);
      batches.push(batch);
    },
    onOutcome: outcome => outcomes.push(outcome),
  });
  return { runner, profile, outcomes, batches, running: runner.run() };
}

const sum = (
  batches: LoadReportBatch[],
  of: (record: LoadReportBatch['records'][number]) => number | undefined,
) =>
  batches
    .flatMap(({ records }) => records)
    .reduce((total, record) => total + (of(record) ?? 0), 0);

const count = (
  providers: LoadReportBatch['records'][number]['providers'],
  name: 'sent' | 'completed',
) => Object.values(providers).reduce((total, each) => total + each[name], 0);

const pause = (ms: number) => new Promise(done => setTimeout(done, ms));

describe('the runner of a load test', () => {
  it('drops what a slice has of the past, and sends the rest when it is due', async () => {
    const { runner, running, profile, outcomes, batches } = start({
      agoMs: 1_500,
    });
    runner.lease({ second: 0, share: 0, shares: 1 });
    runner.lease({ second: 1, share: 0, shares: 1 });
    runner.end();
    expect(runner.outstanding).toBe(40);
    await running;

    const late = sum(batches, ({ dropped }) => dropped.late);
    expect(outcomes.length + late).toBe(40);
    // More than a second ago, and as much as a busy machine adds.
    expect(late).toBeGreaterThanOrEqual(10);
    expect(late).toBeLessThan(20);
    const schedule = scheduleOf(profile);
    for (const { number, dueMs, sentMs } of outcomes) {
      expect(dueMs).toBeCloseTo(schedule.timeOf(number), 5);
      expect(sentMs).toBeGreaterThanOrEqual(dueMs);
      expect(sentMs - dueMs).toBeLessThanOrEqual(1_000);
    }
    expect(runner.outstanding).toBe(0);
    // Nothing is told of seconds before it was there.
    expect(batches[0].worker.second).toBe(1);
  });

  it('sends two slices of a second in the order in which their arrivals are due', async () => {
    const { runner, running, profile, outcomes } = start({});
    runner.lease({ second: 0, share: 2, shares: 3 });
    runner.lease({ second: 0, share: 0, shares: 3 });
    runner.end();
    await running;
    const schedule = scheduleOf(profile);
    const expected = [0, 2]
      .flatMap(share => [
        ...arrivalsOf(schedule, { second: 0, share, shares: 3 }),
      ])
      .map(({ number }) => number)
      .sort((a, b) => a - b);
    expect(outcomes.map(({ number }) => number)).toEqual(expected);
    expect(outcomes.map(({ sentMs }) => sentMs)).toEqual(
      [...outcomes.map(({ sentMs }) => sentMs)].sort((a, b) => a - b),
    );
  });

  it('cancels what runs, and tells so', async () => {
    const { runner, running, outcomes, batches } = start({
      execute: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    });
    runner.lease({ second: 0, share: 0, shares: 1 });
    await pause(500);
    runner.cancel();
    await running;
    expect(outcomes.length).toBeGreaterThan(0);
    expect(new Set(outcomes.map(({ failed }) => failed))).toEqual(
      new Set(['cancelled']),
    );
    const dropped = sum(batches, record => record.dropped.stopped);
    expect(outcomes.length + dropped).toBe(20);
    expect(batches.at(-1)?.worker.last).toBe(true);
    // Too late: nobody would tell of it.
    const sent = outcomes.length;
    runner.lease({ second: 1, share: 0, shares: 1 });
    await pause(1_500);
    expect([outcomes.length, runner.outstanding]).toEqual([sent, 0]);
  });

  it('fails with its reason, whatever does not end', async () => {
    const { runner, running } = start({ execute: () => new Promise(() => {}) });
    runner.lease({ second: 0, share: 0, shares: 1 });
    await pause(100);
    runner.fail(new Error('The disk is full'));
    await expect(running).rejects.toThrow('The disk is full');
  });

  describe('in a closed loop that waits for nothing', () => {
    const profile: Partial<LoadProfile> = {
      mode: 'closed',
      stages: [{ durationMs: 60_000, from: 1, to: 1 }],
      vusPerWorker: 1_000,
    };
    const execute = async () => {
      const end = performance.now() + 0.5;
      while (performance.now() < end);
      return succeeded;
    };

    it('leaves other work its turn, and can be ended', async () => {
      let turns = 0;
      const timer = setInterval(() => (turns += 1), 5);
      const { runner, running, batches } = start({ profile, execute });
      await pause(1_500);
      runner.end();
      await running;
      clearInterval(timer);
      // Of 300; a thousand conversations in one turn would leave three of them.
      expect(turns).toBeGreaterThan(9);
      expect(batches[0].worker.second).toBe(0);
      const sent = sum(batches, ({ providers }) => count(providers, 'sent'));
      expect(sent).toBeGreaterThan(100);
      expect(
        sum(batches, ({ providers }) => count(providers, 'completed')),
      ).toBe(sent);
    });

    it('ends with what a callback throws', async () => {
      const { running } = start({
        profile,
        execute,
        onBatch: () => {
          throw new Error('The disk is full');
        },
      });
      await expect(running).rejects.toThrow('The disk is full');
    });
  });
});
