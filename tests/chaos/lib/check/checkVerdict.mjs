const ENDED = ['Succeeded', 'Failed', 'Cancelled'];

/** The job has ended as its results say, and its run is closed with its reports. */
export function checkVerdict({ account, job, workload }) {
  const { run, phase, reason } = job;
  if (job.isParent) return [];
  if (!ENDED.includes(phase)) return [`is stuck: ${phase} (${reason})`];
  if (!run) return [`ended as ${phase} (${reason}) without a run`];
  const faults = [];
  if (run.state !== 'Closed') {
    faults.push(`has ended, and its run is ${run.state}`);
  }
  if (run.finalizeError) faults.push(`has no reports: ${run.finalizeError}`);
  if (run.reports.length === 0) faults.push('has no reports');
  if (workload.kind === 'loadtest' && !job.load) {
    return [...faults, 'has no report of the load test'];
  }
  const [expected, why] = expectedEnd(job, workload);
  const isExcused = expected === 'Succeeded' && hadNoRoom(job, account);
  if (phase !== expected && !isExcused) {
    faults.push(`is ${phase} (${reason}), must be ${expected}: ${why}`);
  }
  return faults;
}

/** A job that has ended stays what it was, also when its reports are written later. */
function hadNoRoom({ phase, reason }, { strikes }) {
  return (
    phase === 'Failed' &&
    reason === 'OutputFailed' &&
    strikes.some(({ kind, effect }) => kind === 'fill-disk' && effect !== 0)
  );
}

function expectedEnd({ run, load, rows, isRerun }, { kind, expected }) {
  const { counters } = run;
  if (kind === 'cancelled') return ['Cancelled', 'it was cancelled'];
  if (kind === 'loadtest') {
    return [
      load.passed ? 'Succeeded' : 'Failed',
      `its report says passed: ${load.passed}`,
    ];
  }
  if (kind === 'datagen') {
    return [
      rows.length === expected.count ? 'Succeeded' : 'Failed',
      `${rows.length} of ${expected.count} rows`,
    ];
  }
  const rate = (100 * counters.passed) / counters.total;
  return [
    rate >= expected.minPassRate ? 'Succeeded' : 'Failed',
    `${rate} % passed${isRerun ? ' of what was run again' : ''}, ${
      expected.minPassRate
    } % are enough`,
  ];
}
