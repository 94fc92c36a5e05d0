import { LoadState, Run } from '@backstage-arena/plugin-arena-common';
import {
  buildRun,
  condition,
  FakeArenaApi,
  FakeRun,
  job,
  loadProfile,
  noise,
  SyntheticLoad,
} from '../src/__testUtils__';

const HOUR_S = 3_600;
const SCENARIOS = [
  'refund-within-policy',
  'order-status-known',
  'angry-customer',
];
const PROVIDERS = ['gpt-4o', 'claude-sonnet'];

/** A provider that has trouble around minute 24 and gets slow above 14 per second. */
function happens(second: number, due: number) {
  const isTrouble = second > 1_440 && second < 1_560;
  const pressure = Math.max(0, due - 14) / 12;
  const failed = isTrouble
    ? Math.round(due * (0.1 + 0.3 * noise(second)))
    : Math.round(due * 0.004 * (noise(second) > 0.7 ? 1 : 0) * 5);
  return {
    sent: due - (isTrouble && noise(second + 3) > 0.8 ? 2 : 0),
    failed,
    rateLimited: isTrouble ? Math.round(failed * 0.7) : 0,
    latencyMs:
      620 * (1 + 0.12 * noise(second)) * (1 + pressure) * (isTrouble ? 2.4 : 1),
    latenessMs: 0.35 + 0.4 * noise(second + 5) + (isTrouble ? 2 : 0),
  };
}

const PROFILE = loadProfile({
  arrivals: 'poisson',
  warmUpMs: 60_000,
  stages: [
    { durationMs: 300_000, from: 0, to: 9 },
    { durationMs: 1_500_000, from: 9, to: 9 },
    { durationMs: 300_000, from: 9, to: 15 },
    { durationMs: 1_500_000, from: 15, to: 15 },
  ],
  budgetLimit: 60,
  thresholds: [
    { metric: 'latency_p95', operator: '<', value: '2s' },
    { metric: 'error_rate', operator: '<', value: '0.01', abortOnFail: true },
    { metric: 'goodput', operator: '>=', value: '9' },
    { metric: 'total_cost', operator: '<', value: '50' },
  ],
});

function runOf(options: {
  id: string;
  jobName: string;
  state: LoadState;
  load: SyntheticLoad;
  run?: Partial<Run>;
}): FakeRun {
  const { id, jobName, state, load } = options;
  const fake = buildRun({
    id,
    jobName,
    scenarios: SCENARIOS,
    providers: PROVIDERS.map(provider => ({ id: provider })),
    verdict: () => undefined,
  });
  const totals = state.report?.totals;
  const total = load.course.schedule?.total ?? 0;
  const passed = totals?.succeeded ?? 0;
  const errored = (totals?.completed ?? 0) - passed;
  return {
    ...fake,
    run: {
      ...fake.run,
      pins: { ...fake.run.pins, type: 'loadtest', load: load.profile },
      counters: {
        ...fake.run.counters,
        total,
        passed,
        errored,
        pending: total - passed - errored,
      },
      ...options.run,
    },
    load: { state, rows: load.rows },
  };
}

function reportsOf(names: string[]): Run['reports'] {
  return names.map(name => ({
    name,
    contentType: 'text/plain',
    size: 48_213,
    digest: `sha256:${'ab'.repeat(32)}`,
  }));
}

/** One load test that is over, one that runs, and one that searches. */
export function addLoads(api: FakeArenaApi): void {
  const names = {
    workers: ['worker-0', 'worker-1'],
    providers: PROVIDERS,
    scenarios: SCENARIOS,
  };
  const past = new Date(Date.now() - 2 * HOUR_S * 1_000).toISOString();
  const over = new SyntheticLoad(PROFILE, {
    ...names,
    happens,
    controls: [
      { action: 'pause', atMs: 1_000_000 },
      { action: 'resume', atMs: 1_060_000 },
      { action: 'rate', atMs: 3_000_000, target: 18 },
    ],
    secondsPerBatch: 10,
  }).runTo(HOUR_S + 60);
  const running = new SyntheticLoad(PROFILE, {
    ...names,
    happens,
    secondsPerBatch: 10,
  }).runTo(1_830);
  const search = new SyntheticLoad(
    loadProfile({
      stages: [{ durationMs: 60_000, from: 10, to: 10 }],
      search: {
        startRPS: 10,
        maxRPS: 200,
        stepDurationMs: 60_000,
        precision: 0.05,
      },
    }),
    { ...names, happens, secondsPerBatch: 1 },
  ).runTo(40);
  const startedAt = new Date(Date.now() - 1_830_000).toISOString();
  const live = runOf({
    id: 'load-live-1',
    jobName: 'checkout-load',
    load: running,
    state: running.state({ startedAt }),
    run: { startedAt, createdAt: startedAt },
  });
  const all = [
    runOf({
      id: 'load-over-1',
      jobName: 'nightly-load',
      load: over,
      state: over.state({ phase: 'over', startedAt: past }),
      run: {
        state: 'Closed',
        outcome: 'Completed',
        startedAt: past,
        createdAt: past,
        finishedAt: new Date(Date.parse(past) + 3_664_000).toISOString(),
        reports: reportsOf([
          'loadtest.json',
          'loadtest-series.jsonl',
          'loadtest-series.csv',
          'loadtest.html',
          'loadtest.prom',
        ]),
      },
    }),
    live,
    runOf({
      id: 'load-search-1',
      jobName: 'search-load',
      load: search,
      state: search.state(),
    }),
  ];
  for (const fake of all) {
    api.runs.push(fake);
    const { counters, jobName, state } = fake.run;
    api.objects.push(
      job(jobName, {
        type: 'loadtest',
        phase: state === 'Closed' ? 'Failed' : 'Running',
        passed: counters.passed,
        failed: counters.errored,
        pending: counters.pending,
        created: fake.run.startedAt,
        status: { run: { id: fake.run.id, attempt: fake.run.attempt } },
        conditions: [
          state === 'Closed'
            ? condition(
                'Ready',
                'False',
                'ThresholdViolated',
                'latency_p95: 2.03s < 2s FAIL',
              )
            : condition('Ready', 'True', 'Ready', 'Everything is in place'),
        ],
      }),
    );
    const added = api.objects[api.objects.length - 1];
    added.spec.loadTest = { duration: '1h', rampUp: '5m', targetRPS: 15 };
  }
  // A second each second.
  setInterval(() => {
    const { load } = live;
    if (!load || !['running', 'paused'].includes(load.state.phase)) return;
    running.course.setControls(load.state.controls);
    running.runTo(running.rows.length + 1);
    load.state = running.state({ startedAt, phase: load.state.phase });
  }, 1_000);
}
