// The checker of the chaos tests: it has nothing to say of an account that adds up, and names each falsification.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSeeds } from '../../scripts/lib/parseSeeds.mjs';
import { checkAccount } from './lib/check/checkAccount.mjs';
import { FAULTS } from './lib/faults.mjs';
import { goodAccount } from './lib/goodAccount.mjs';
import { DATABASES, planOf } from './lib/planOf.mjs';

test('an account that adds up has no faults', () => {
  assert.deepEqual(checkAccount(goodAccount()), []);
});

const NOTHING_SENT = {
  sent: 0,
  completed: 0,
  succeeded: 0,
  failed: {},
  calls: 0,
};

/** @type {Record<string, { falsify: (account: any, of: Record<string, any>) => void, says: RegExp, saysNot?: RegExp }>} */
const FALSIFIED = {
  'an item is counted twice': {
    falsify: (_, { evaluation }) => {
      const [{ items }] = evaluation.jobs;
      items[1] = { ...items[0] };
    },
    says: /^evaluation: item 0 is counted more than once$/,
  },
  'a result is lost': {
    falsify: (_, { evaluation }) => evaluation.jobs[0].items.pop(),
    says: /^evaluation: 5 results of 6 items$/,
  },
  'a result is not of the plan': {
    falsify: (_, { evaluation }) => {
      evaluation.jobs[0].items[0].index = 77;
    },
    says: /^evaluation: item 77 is not one of the 6 of the plan$/,
  },
  'an item has the wrong verdict': {
    falsify: (_, { evaluation }) => {
      evaluation.jobs[0].items[0].status = 'errored';
    },
    says: /^evaluation: item 0 of long-0 is errored, must be passed/,
  },
  'the counters say more than there is': {
    falsify: account => {
      account.database.runs[0].passed += 1;
    },
    says: /^evaluation: the database counts passed: 4, must be 3$/,
  },
  'the progress says less than there is': {
    falsify: (_, { evaluation }) => {
      evaluation.jobs[0].progress.completed = 2;
    },
    says: /^evaluation: progress\.completed is 2, must be 3$/,
  },
  'there is no progress': {
    falsify: (_, { evaluation }) => {
      delete evaluation.jobs[0].progress;
    },
    says: /^evaluation: progress\.completed is undefined, must be 3$/,
  },
  'a counter is missing': {
    falsify: (_, { evaluation }) => {
      delete evaluation.jobs[0].run.counters.outputTokens;
    },
    says: /^evaluation: outputTokens of the run: undefined, must be 30$/,
  },
  'a counter is missing in the database': {
    falsify: account => {
      account.database.runs[0].failed = null;
      account.database.runs[0].passed = undefined;
    },
    says: /^evaluation: the database counts passed: undefined, must be 3$/,
  },
  'tokens are counted twice': {
    falsify: (_, { evaluation }) => {
      evaluation.jobs[0].run.counters.inputTokens += 10;
    },
    says: /^evaluation: inputTokens of the run: 70, must be 60$/,
  },
  'a gate is not heeded': {
    falsify: (_, { evaluation }) => {
      evaluation.workload.expected.minPassRate = 60;
    },
    says: /^evaluation: is Succeeded \(Test\), must be Failed: 50 % passed/,
  },
  'a run is stuck': {
    falsify: (_, { evaluation }) => {
      evaluation.jobs[0].phase = 'Running';
    },
    says: /^evaluation: is stuck: Running/,
  },
  'a run is not closed': {
    falsify: (_, { evaluation }) => {
      evaluation.jobs[0].run.state = 'Finalizing';
    },
    says: /^evaluation: has ended, and its run is Finalizing$/,
  },
  'reports are missing': {
    falsify: (_, { evaluation }) => {
      evaluation.jobs[0].run.reports = [];
    },
    says: /^evaluation: has no reports$/,
  },
  'a call is made too often': {
    // One worker with four items of two turns was killed.
    falsify: (_, { evaluation }) => {
      const [call] = evaluation.calls;
      evaluation.calls.push(...Array.from({ length: 9 }, () => call));
    },
    says: /^evaluation: 18 paid calls, where results need 9 and faults explain 8 more$/,
  },
  'a result was never paid for': {
    falsify: (_, { evaluation }) => evaluation.calls.pop(),
    says: /^evaluation: 3 results of fails-0, and 2 answers to/,
  },
  'a row is lost': {
    falsify: (_, { datagen }) => datagen.jobs[0].rows.pop(),
    says: /^datagen: 2 rows of 3$/,
  },
  'a row is there twice': {
    falsify: (_, { datagen }) => {
      const { rows } = datagen.jobs[0];
      rows[1] = { ...rows[1], row: rows[0].row };
    },
    says: /^datagen: row 1 is there twice/,
  },
  'a row was made up': {
    falsify: (_, { datagen }) => {
      datagen.jobs[0].rows[2].row = { id: 99, text: 'Mine' };
    },
    says: /^datagen: row 2 is nothing that the model said/,
  },
  'attempts do not add up': {
    falsify: (_, { datagen }) => {
      datagen.jobs[0].dataset.surplus = 1;
    },
    says: /^datagen: 4 attempts, where .* are 5$/,
  },
  'an arrival is neither sent nor lost': {
    falsify: (_, { loadtest }) => {
      loadtest.jobs[0].load.totals.sent = 3;
    },
    says: /^loadtest: 3 sent, 0 dropped and 0 lost are 3 arrivals of 4$/,
  },
  'a load test counts a call that nobody made': {
    falsify: (_, { loadtest }) => loadtest.calls.pop(),
    says: /^loadtest: 4 calls were counted, the server saw 3$/,
  },
  'calls of a load test are untold': {
    falsify: (_, { loadtest }) => {
      loadtest.calls.push({ ...loadtest.calls[0] });
    },
    says: /^loadtest: the server saw 5 calls, 4 were counted, and no more than 0/,
  },
  'a load test sends nothing': {
    falsify: (account, { loadtest }) => {
      account.strikes[0].hit = ['loadtest'];
      loadtest.calls = [];
      Object.assign(loadtest.jobs[0].load.totals, NOTHING_SENT, { lost: 4 });
    },
    says: /^loadtest: the server saw no call$/,
  },
  'a closed loop sends nothing': {
    falsify: (_, { loadtest }) => {
      loadtest.workload.expected.isPaced = false;
      loadtest.jobs[0].reason = 'AuditInvalid';
      loadtest.calls = [];
      Object.assign(loadtest.jobs[0].load.totals, NOTHING_SENT);
    },
    says: /^loadtest: the server saw no call$/,
  },
  'arrivals are lost though nothing hit the test': {
    falsify: (_, { loadtest }) => {
      Object.assign(loadtest.jobs[0].load.totals, { sent: 3, lost: 1 });
    },
    says: /^loadtest: 1 arrivals are lost, and no fault hit the test$/,
  },
  'a load test does not say how many calls it made': {
    falsify: (_, { loadtest }) => {
      delete loadtest.jobs[0].load.totals.calls;
    },
    says: /^loadtest: undefined calls were counted, the server saw 4$/,
  },
  'calls are untold when another workload was hit': {
    falsify: (account, { loadtest }) => {
      account.strikes[0].from = 1_500;
      loadtest.calls.push({ ...loadtest.calls[0] });
    },
    says: /^loadtest: the server saw 5 calls, 4 were counted, and no more than 0/,
  },
  'a load test has no report': {
    falsify: (_, { loadtest }) => {
      delete loadtest.jobs[0].load;
    },
    says: /^loadtest: has no report of the load test$/,
  },
  'a time is on record twice': {
    falsify: (_, { scheduled }) => {
      const { fires } = scheduled.schedule;
      fires.push({ ...fires[1], lastAt: fires[0].firstAt, count: 2 });
    },
    says: /^scheduled: 2026-11-27T01:3\d:00.000Z is on record twice$/,
  },
  'a job of a schedule is not on record': {
    falsify: (_, { scheduled }) => {
      scheduled.schedule.fires.pop();
    },
    says: /^scheduled: scheduled-3f2a1-202611270130 is not on record$/,
  },
  'a schedule is never due': {
    falsify: (_, { scheduled }) => {
      scheduled.schedule.fires = [];
      scheduled.jobs.splice(1, 1);
      scheduled.calls.pop();
    },
    says: /^scheduled: 2026-11-27T01:33:00.000Z was due, and is not on record$/,
  },
  'a minute of a schedule is left out': {
    falsify: (_, { scheduled }) => scheduled.schedule.fires.splice(1, 1),
    says: /^scheduled: 2026-11-27T01:31:00.000Z was due, and is not on record$/,
  },
  'times of a schedule are miscounted': {
    falsify: (_, { scheduled }) => {
      scheduled.schedule.fires[0].count = 3;
    },
    says: /^scheduled: .*01:32:00.000Z to .*01:33:00.000Z are 3 times on record$/,
  },
  'a schedule is thought to be suspended': {
    falsify: (_, { scheduled }) => {
      scheduled.schedule.fires[1].outcome = 'Suspended';
    },
    says: /^scheduled: 2026-11-27T01:31:00.000Z is Suspended/,
  },
  'a job of a schedule is gone': {
    falsify: (_, { scheduled }) => scheduled.jobs.splice(1, 1),
    says: /^scheduled: scheduled-3f2a1-202611270130 was started, and is gone$/,
  },
  'nothing is started by hand': {
    falsify: (_, { scheduled }) => scheduled.jobs.splice(2, 1),
    says: /^scheduled: nothing was started by hand$/,
  },
  'nothing is run again': {
    falsify: (_, { repeated }) => repeated.jobs.pop(),
    says: /^repeated: nothing was run again$/,
  },
  'no answer is lost though workers go on': {
    falsify: (account, { evaluation }) => {
      account.strikes[1].effect = 0;
      const [call] = evaluation.calls;
      evaluation.calls.push(
        ...Array.from({ length: 21 }, () => ({ ...call, receivedAt: 64_000 })),
      );
    },
    says: /^lose-answers: no answer was lost, and workers went on to make 21 calls$/,
  },
  'a lease is left': {
    falsify: account =>
      account.database.leases.push({ run_seq: 1, kind: 'work' }),
    says: /^a lease \(work\) is left of run run-of-evaluation$/,
  },
  'items are still to be leased': {
    falsify: account =>
      account.database.pending.push({ run_seq: 1, idx_from: 2, idx_to: 3 }),
    says: /^items 2 to 3 are still to be leased/,
  },
  'a token is still good': {
    falsify: account => account.database.livingTokens.push({ run_seq: 1 }),
    says: /^a token is still good/,
  },
  'an end is told twice': {
    falsify: account => {
      account.database.events[0].count = 2;
    },
    says: /is on record 2 times$/,
  },
  'a worker is left': {
    falsify: account => account.workers.push(4711),
    says: /^worker 4711 is left$/,
  },
  'a folder is left of a worker that was not killed': {
    falsify: account =>
      account.folders.working.push(
        { name: 'arena-host-4711-abcdef', pid: 4711 },
        { name: 'arena-host-1-abcdef', pid: 1 },
      ),
    says: /^the folder arena-host-1-abcdef is left$/,
    saysNot: /4711/,
  },
  'a temporary folder is left of a backend that was not killed': {
    falsify: account => account.folders.temporary.push('plan-abcdef'),
    says: /^the temporary folder plan-abcdef is left$/,
  },
  'half of a bundle is left though nothing was killed': {
    falsify: account => {
      account.strikes[0].killed = [];
      account.folders.bundles.push('aaaaaaaaaaaa-abcdef');
    },
    says: /^half of a bundle is left: aaaaaaaaaaaa-abcdef$/,
  },
  'a bundle is of no run': {
    falsify: account => account.folders.bundles.push('b'.repeat(64)),
    says: /^the bundle b+ is of no source and of no run$/,
  },
  'a snapshot is of no run': {
    falsify: account => account.database.orphans.push({ digest: 'sha256:c' }),
    says: /^the snapshot sha256:c is of no source and of no run$/,
  },
  'the database is not whole': {
    falsify: account => account.databaseFaults.push('page 3 is never used'),
    says: /^database: page 3 is never used$/,
  },
};

for (const [what, { falsify, says, saysNot }] of Object.entries(FALSIFIED)) {
  test(`the checker says so when ${what}`, () => {
    const account = goodAccount();
    const of = Object.fromEntries(
      account.accounts.map(one => [one.workload.name, one]),
    );
    falsify(account, of);
    const faults = checkAccount(account);
    assert.ok(
      faults.some(fault => says.test(fault)),
      `none of these is ${says}: ${JSON.stringify(faults)}`,
    );
    if (saysNot) assert.doesNotMatch(faults.join('\n'), saysNot);
  });
}

test('a load test may send nothing when its workers were lost as it began, and it says so', () => {
  const account = goodAccount();
  const loadtest = account.accounts.find(
    ({ workload }) => workload.kind === 'loadtest',
  );
  Object.assign(account.strikes[0], {
    hit: ['loadtest'],
    from: 900,
    to: 1_100,
  });
  loadtest.calls = [];
  const [job] = loadtest.jobs;
  job.reason = 'AuditInvalid';
  Object.assign(job.load.totals, NOTHING_SENT, { lost: 4 });
  assert.deepEqual(checkAccount(account), []);
  for (const strike of [
    { from: 1_001, to: 1_100 },
    { from: 800, to: 900 },
  ]) {
    Object.assign(account.strikes[0], strike);
    assert.deepEqual(checkAccount(account), [
      'loadtest: the server saw no call',
    ]);
  }
});

test('a call is untold when it ends in the seconds before its worker is lost', () => {
  const account = goodAccount();
  const { calls } = account.accounts.find(
    ({ workload }) => workload.kind === 'loadtest',
  );
  Object.assign(account.strikes[0], {
    hit: ['loadtest'],
    from: 10_000,
    to: 10_100,
  });
  const untold = { ...calls[0], receivedAt: 5_000, answeredAt: 7_000 };
  calls.push(untold);
  assert.deepEqual(checkAccount(account), []);
  untold.answeredAt = 6_999;
  assert.match(checkAccount(account).join(), /the server saw 5 calls/);
  delete untold.answeredAt;
  assert.match(checkAccount(account).join(), /the server saw 5 calls/);
});

test('a job may fail for its reports when the disk was full, and for no other reason', () => {
  const account = goodAccount();
  const { jobs } = account.accounts.find(
    ({ workload }) => workload.kind === 'evaluation',
  );
  Object.assign(jobs[0], { phase: 'Failed', reason: 'OutputFailed' });
  const wrong = /must be Succeeded/;
  assert.match(checkAccount(account).join(), wrong);
  account.strikes[0].kind = 'fill-disk';
  assert.deepEqual(checkAccount(account), []);
  account.strikes[0].effect = 0;
  assert.match(checkAccount(account).join(), wrong);
  delete account.strikes[0].effect;
  jobs[0].reason = 'TestsFailed';
  assert.match(checkAccount(account).join(), wrong);
});

test('a seed always stands for the same, and two hundred of them for everything', () => {
  const plain = plan => JSON.stringify(plan);
  const kinds = new Set();
  const workloads = new Set();
  for (let seed = 1; seed <= 200; seed += 1) {
    for (const database of DATABASES) {
      const plan = planOf(seed, database);
      assert.equal(plain(plan), plain(planOf(seed, database)));
      assert.ok(plan.faults.length >= 3 && plan.faults.length <= 6);
      assert.ok(plan.workloads.length >= 2 && plan.workloads.length <= 4);
      plan.faults.forEach(({ fault, at }, i) => {
        assert.ok(at >= (plan.faults[i - 1]?.at ?? 0));
        assert.ok(!fault.only || fault.only === database);
        assert.ok(seed >= (fault.since ?? 1));
        kinds.add(fault.kind);
      });
      plan.workloads.forEach(({ kind }) => workloads.add(kind));
    }
  }
  assert.deepEqual([...kinds].sort(), FAULTS.map(({ kind }) => kind).sort());
  assert.equal(workloads.size, 6);
});

test('seeds are read as numbers and ranges', () => {
  assert.deepEqual(parseSeeds('--seeds', '3,7,10-12,3'), [3, 7, 10, 11, 12]);
  for (const wrong of ['', 'x', '5-1', '1-', '1-99999']) {
    assert.throws(() => parseSeeds('--seeds', wrong), /--seeds: '.*'/);
  }
});
