import { loadProfileSchema } from '@backstage-arena/plugin-arena-common/load';
import { arena, removeBundles, writeBundle } from '../__testUtils__/bundles';
import { loadBundle } from '../bundle/loadBundle';
import { runLoadTest, RunLoadTestOptions } from './runLoadTest';

afterEach(removeBundles);

/** A minute of load on a mock, unless something ends it. */
async function run(
  callbacks: Pick<RunLoadTestOptions, 'onBatch' | 'onOutcome'>,
) {
  const folder = await writeBundle({
    'config.arena.yaml': arena({
      scenarios: { greets: { turns: [{ role: 'user', content: 'Hello' }] } },
    }),
    'mock.yaml': { defaultResponse: 'ok' },
  });
  const bundle = await loadBundle(folder);
  return runLoadTest({
    bundle,
    plan: bundle.plan({}),
    runnerOptions: { compat: false },
    profile: loadProfileSchema.parse({
      mode: 'open',
      stages: [{ durationMs: 60_000, from: 5, to: 5 }],
      arrivals: 'constant',
      seed: 1,
      warmUpMs: 0,
      gracefulStopMs: 60_000,
      vusPerWorker: 1,
      maxInFlight: 100,
      exceedRateLimits: false,
      mix: [],
      slo: {},
      sampleRate: 1,
      thresholds: [],
      budgetCurrency: 'USD',
    }),
    title: 'test',
    signal: new AbortController().signal,
    ...callbacks,
  });
}

const fail = () => {
  throw new Error('The disk is full');
};

describe('a load test', () => {
  it.each([
    { name: 'a second cannot be taken', callbacks: { onBatch: fail } },
    {
      name: 'a second cannot be written',
      callbacks: { onBatch: async () => fail() },
    },
    {
      name: 'a conversation cannot be taken',
      callbacks: { onOutcome: fail },
    },
  ])(
    'ends with the reason when $name',
    async ({ callbacks }) => {
      await expect(run(callbacks)).rejects.toThrow('The disk is full');
    },
    30_000,
  );
});
