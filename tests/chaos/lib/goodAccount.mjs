import { saying } from './writeBundle.mjs';

/** An account in which all adds up: what tests of the checker falsify. */
export function goodAccount() {
  const accounts = [
    evaluation(),
    datagen(),
    loadtest(),
    scheduled(),
    repeated(),
  ];
  const jobs = accounts.flatMap(one => one.jobs).filter(({ run }) => run);
  const runs = jobs.map(({ run: { id, state, counters } }, at) => ({
    seq: at + 1,
    run_id: id,
    state,
    leased: 0,
    total: counters.total,
    passed: counters.passed,
    failed: counters.failed,
    errored: counters.errored,
    input_tokens: counters.inputTokens,
    output_tokens: counters.outputTokens,
    cost: counters.cost,
  }));
  return {
    accounts,
    strikes: [
      {
        kind: 'kill-worker',
        from: 50_000,
        to: 50_010,
        hit: ['evaluation'],
        isSilencing: true,
        killed: [4711],
      },
      { kind: 'lose-answers', from: 60_000, to: 60_000, hit: [], effect: 2 },
    ],
    database: {
      runs,
      items: jobs.flatMap(({ items }, at) =>
        items ? stored(at + 1, items) : [],
      ),
      leases: [],
      pending: [],
      livingTokens: [],
      events: runs.map(({ run_id }) => ({ run_id, count: 1 })),
      orphans: [],
      digests: [`sha256:${'a'.repeat(64)}`],
    },
    databaseFaults: [],
    workers: [],
    folders: { working: [], temporary: [], bundles: ['a'.repeat(64)] },
  };
}

const STATUSES = ['passed', 'failed', 'errored'];

function stored(seq, items) {
  return STATUSES.flatMap((status, code) => {
    const those = items.filter(item => item.status === status);
    if (those.length === 0) return [];
    const sum = of => those.reduce((all, each) => all + each[of], 0);
    return {
      run_seq: seq,
      status: code,
      count: those.length,
      indexes: new Set(those.map(({ index }) => index)).size,
      input_tokens: sum('inputTokens'),
      output_tokens: sum('outputTokens'),
      cost: sum('cost'),
    };
  });
}

function job(name, { phase = 'Succeeded', items, total, counters, ...more }) {
  const count = status => items.filter(each => each.status === status).length;
  const sum = of => items.reduce((all, each) => all + each[of], 0);
  const all = counters ?? {
    total,
    passed: count('passed'),
    failed: count('failed'),
    errored: 0,
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    cost: sum('cost'),
  };
  const finished = all.passed + all.failed + all.errored;
  return {
    name,
    isParent: false,
    isRerun: false,
    phase,
    reason: 'Test',
    progress: {
      total: all.total,
      completed: all.passed,
      failed: all.failed + all.errored,
      pending: all.total - finished,
    },
    run: {
      id: `run-of-${name}`,
      state: 'Closed',
      outcome: 'Completed',
      counters: all,
      reports: ['results.json'],
    },
    ...(items && {
      items,
      matrix: [
        { passed: count('passed'), failed: count('failed'), errored: 0 },
      ],
    }),
    ...more,
  };
}

function call(user, receivedAt = 1_000) {
  const usage = { input: 10, output: 5, cached: 0 };
  return { receivedAt, answeredAt: receivedAt + 30, status: 200, user, usage };
}

const COSTS = { inputTokens: 10, outputTokens: 5, cost: 0.02 };

/** Two scenarios, one of which fails and one of which has two turns, three times each. */
function evaluation() {
  const scenarios = [
    { id: 'long-0', turns: 2, fails: false },
    { id: 'fails-0', turns: 1, fails: true },
  ];
  const items = scenarios.flatMap(({ id, fails }, at) =>
    [0, 1, 2].map(trial => ({
      index: at * 3 + trial,
      scenario: id,
      status: fails ? 'failed' : 'passed',
      ...COSTS,
    })),
  );
  return {
    workload: {
      name: 'evaluation',
      kind: 'evaluation',
      workers: 2,
      scenarios,
      expected: { trials: 3, minPassRate: 50 },
    },
    cuts: 0,
    calls: items.flatMap(({ scenario }) =>
      scenario === 'long-0'
        ? [call(saying(scenario, 0)), call(saying(scenario, 1))]
        : [call(saying(scenario, 0))],
    ),
    jobs: [job('evaluation', { items, total: 6 })],
  };
}

/** Three rows of four attempts. */
function datagen() {
  const texts = [0, 1, 2].map(id => ({ id, text: `Row number ${id}` }));
  const items = [0, 1, 2, 3].map(index => ({
    index,
    scenario: 'rows',
    status: index === 3 ? 'failed' : 'passed',
    ...COSTS,
  }));
  const counters = {
    total: 3,
    passed: 3,
    failed: 0,
    errored: 0,
    inputTokens: 40,
    outputTokens: 20,
    cost: 0.08,
  };
  return {
    workload: {
      name: 'datagen',
      kind: 'datagen',
      workers: 1,
      scenarios: [{ id: 'rows', turns: 1, fails: false }],
      expected: { count: 3 },
    },
    cuts: 0,
    newRows: texts.map(row => JSON.stringify(row)),
    calls: items.map(() => call(saying('rows', 0))),
    jobs: [
      job('datagen', {
        items,
        counters,
        rows: texts.map((row, number) => ({ row, number, attempt: number })),
        dataset: {
          rows: 3,
          attempts: 4,
          rejects: { duplicate: 1 },
          surplus: 0,
          unfinished: 0,
        },
      }),
    ],
  };
}

/** Four arrivals, of which one failed. */
function loadtest() {
  return {
    workload: {
      name: 'loadtest',
      kind: 'loadtest',
      workers: 1,
      scenarios: [],
      expected: { isPaced: true, inFlight: 4 },
    },
    cuts: 0,
    calls: [0, 1, 2, 3].map(n => call('any', 1_000 + n)),
    jobs: [
      job('loadtest', {
        counters: {
          total: 4,
          passed: 3,
          failed: 0,
          errored: 1,
          inputTokens: 0,
          outputTokens: 0,
          cost: 0,
        },
        load: {
          startedAt: new Date(1_000).toISOString(),
          passed: true,
          totals: {
            expected: 4,
            sent: 4,
            completed: 4,
            succeeded: 3,
            failed: { rate_limit: 1 },
            calls: 4,
            dropped: {},
            lost: 0,
          },
        },
      }),
    ],
  };
}

/** Due at five minutes, of which one started a job, three were skipped, and the last is too close to the end to be asked for; one by hand. */
function scheduled() {
  const scenarios = [{ id: 'passes-0', turns: 1, fails: false }];
  const children = ['scheduled-3f2a1-202611270130', 'scheduled-now-abcde'];
  const dueAt = Date.parse('2026-11-27T01:30:00Z');
  const minute = 60_000;
  const items = [
    { index: 0, scenario: 'passes-0', status: 'passed', ...COSTS },
  ];
  return {
    workload: {
      name: 'scheduled',
      kind: 'scheduled',
      workers: 1,
      scenarios,
      expected: { trials: 1, minPassRate: 100 },
    },
    cuts: 0,
    calls: children.map(() => call(saying('passes-0', 0))),
    schedule: {
      createdAt: dueAt - 20_000,
      suspendedAt: dueAt + 4 * minute + 300,
      fires: [
        {
          firstAt: dueAt + 2 * minute,
          lastAt: dueAt + 3 * minute,
          count: 2,
          outcome: 'Missed',
        },
        {
          firstAt: dueAt + minute,
          lastAt: dueAt + minute,
          count: 1,
          outcome: 'Forbidden',
        },
        {
          firstAt: dueAt,
          lastAt: dueAt,
          count: 1,
          outcome: 'Started',
          child: children[0],
        },
      ],
    },
    jobs: [
      { name: 'scheduled', isParent: true, phase: 'Succeeded' },
      ...children.map(name => job(name, { items, total: 1 })),
    ],
  };
}

/** One item of two failed, and that one was run again. */
function repeated() {
  const scenarios = [
    { id: 'passes-0', turns: 1, fails: false },
    { id: 'fails-0', turns: 1, fails: true },
  ];
  const items = scenarios.map(({ id, fails }, index) => ({
    index,
    scenario: id,
    status: fails ? 'failed' : 'passed',
    ...COSTS,
  }));
  const again = items.slice(1);
  return {
    workload: {
      name: 'repeated',
      kind: 'repeated',
      workers: 1,
      scenarios,
      expected: { trials: 1, minPassRate: 100 },
    },
    cuts: 0,
    calls: [...items, ...again].map(({ scenario }) =>
      call(saying(scenario, 0)),
    ),
    jobs: [
      job('repeated', { phase: 'Failed', items, total: 2 }),
      job('repeated-again', {
        phase: 'Failed',
        items: again,
        total: 1,
        isRerun: true,
      }),
    ],
  };
}
