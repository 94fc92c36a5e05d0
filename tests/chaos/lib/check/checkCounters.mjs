/** Differences of sums in another order. */
const TINY = 1e-6;

const STATUSES = ['passed', 'failed', 'errored'];

/** The counters of the run, of the matrix, of the job's progress and of the database are what the results add up to. */
export function checkCounters({ account, job, workload }) {
  if (!job.run) return [];
  const { run, items, matrix } = job;
  const faults = [];
  const expect = (what, actual, expected) => {
    const most = TINY * Math.max(1, Math.abs(expected));
    // What is missing differs from everything.
    if (!(Math.abs(actual - expected) <= most)) {
      faults.push(`${what} ${actual}, must be ${expected}`);
    }
  };
  const { counters } = run;
  const row = account.database.runs.find(each => each.run_id === run.id);
  if (!row) return [`its run ${run.id} is not in the database`];
  for (const status of [...STATUSES, 'total']) {
    expect(`the database counts ${status}:`, row[status], counters[status]);
  }
  const { completed, failed, pending, total } = job.progress ?? {};
  expect('progress.completed is', completed, counters.passed);
  expect('progress.failed is', failed, counters.failed + counters.errored);
  expect('progress.total is', total, counters.total);
  expect('progress.pending is', pending, total - completed - failed);
  if (!items) return faults;

  const stored = account.database.items.filter(
    each => each.run_seq === row.seq,
  );
  const sum = (list, of) => list.reduce((all, each) => all + each[of], 0);
  expect('results in the database:', sum(stored, 'count'), items.length);
  expect('indexes in the database:', sum(stored, 'indexes'), items.length);
  STATUSES.forEach((status, code) => {
    const results = items.filter(each => each.status === status).length;
    const there = stored.filter(each => each.status === code);
    expect(`the database has ${status}:`, sum(there, 'count'), results);
    // Of generated data the counters are of rows, and the items are attempts.
    if (workload.kind !== 'datagen') {
      expect(`the run counts ${status}:`, counters[status], results);
    }
    expect(`the matrix counts ${status}:`, sum(matrix, status), results);
  });
  for (const [one, other] of [
    ['inputTokens', 'input_tokens'],
    ['outputTokens', 'output_tokens'],
    ['cost', 'cost'],
  ]) {
    expect(`${one} of the run:`, counters[one], sum(items, one));
    expect(`${one} in the database:`, sum(stored, other), sum(items, one));
  }
  return faults;
}
