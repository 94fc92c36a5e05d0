/** Each item of a run is counted once, at an index of the plan, with the verdict that its scenario has. */
export function checkItems({ job, workload }) {
  const faults = [];
  const { items, run } = job;
  const seen = new Set();
  for (const { index } of items) {
    if (seen.has(index)) faults.push(`item ${index} is counted more than once`);
    seen.add(index);
  }
  if (workload.kind === 'datagen') return faults;
  const planned = workload.scenarios.length * workload.expected.trials;
  const wrong = items.filter(({ index }) => index < 0 || index >= planned);
  for (const { index } of wrong) {
    faults.push(`item ${index} is not one of the ${planned} of the plan`);
  }
  if (workload.kind !== 'cancelled') {
    const expected = job.isRerun ? failingItems(workload) : planned;
    if (items.length !== expected) {
      faults.push(`${items.length} results of ${expected} items`);
    }
  }
  const fails = new Map(workload.scenarios.map(each => [each.id, each.fails]));
  for (const { index, scenario, status, error, message } of items) {
    const expected = fails.get(scenario) ? 'failed' : 'passed';
    if (status !== expected) {
      faults.push(
        `item ${index} of ${scenario} is ${status}, must be ${expected}: ${
          error?.message ?? message ?? ''
        }`,
      );
    }
  }
  if (job.isRerun) {
    for (const { index } of items.filter(each => !fails.get(each.scenario))) {
      faults.push(`item ${index} had not failed, and was run again`);
    }
  }
  if (run.counters.total < items.length) {
    faults.push(`${items.length} results of ${run.counters.total} items`);
  }
  return faults;
}

/** How many items fail in a whole run. */
export function failingItems({ scenarios, expected }) {
  return scenarios.filter(({ fails }) => fails).length * expected.trials;
}
