/** A worker tells of a second when it is over, and tells again until it is heard. */
const UNTOLD_MS = 3_000;

/**
 * Something was sent, or the job says that its figures cannot be believed since its workers were lost as it began; what was sent is what the server saw, but for what workers that were lost could not tell; each arrival was sent, dropped or lost, and one
 * of them. None is lost unless a fault hit the test.
 */
export function checkLoad({ account, one, job, workload }) {
  const { totals } = job.load;
  const faults = [];
  const dropped = Object.values(totals.dropped).reduce((a, b) => a + b, 0);
  const failed = Object.values(totals.failed).reduce((a, b) => a + b, 0);
  if (totals.completed !== totals.succeeded + failed) {
    faults.push(
      `${totals.completed} conversations completed, where ${totals.succeeded} succeeded and ${failed} failed`,
    );
  }
  if (workload.expected.isPaced) {
    const sum = totals.sent + dropped + totals.lost;
    if (sum !== totals.expected) {
      faults.push(
        `${totals.sent} sent, ${dropped} dropped and ${totals.lost} lost are ${sum} arrivals of ${totals.expected}`,
      );
    }
  }
  const strikes = account.strikes.filter(({ hit }) =>
    hit.includes(workload.name),
  );
  if (strikes.length === 0 && totals.lost !== 0) {
    faults.push(`${totals.lost} arrivals are lost, and no fault hit the test`);
  }
  // Each conversation is one call, and none is made again.
  const saw = one.calls.length;
  // Workers were there to begin; others come in their place when its time may be over.
  const startsAt = Date.parse(job.load.startedAt);
  const isExcused =
    job.reason === 'AuditInvalid' &&
    strikes.some(
      ({ isSilencing, from, to }) =>
        isSilencing && from <= startsAt && startsAt <= to,
    );
  if (saw === 0 && !isExcused) faults.push('the server saw no call');
  if (!(totals.calls <= saw)) {
    faults.push(`${totals.calls} calls were counted, the server saw ${saw}`);
  }
  // A call is told of in the second in which it ends.
  const untold = one.calls.filter(({ receivedAt, answeredAt = receivedAt }) =>
    strikes.some(
      ({ isSilencing, from, to }) =>
        isSilencing && answeredAt >= from - UNTOLD_MS && receivedAt <= to,
    ),
  ).length;
  if (!(saw - totals.calls <= untold)) {
    faults.push(
      `the server saw ${saw} calls, ${totals.calls} were counted, and no more than ${untold} were under way when workers were lost`,
    );
  }
  return faults;
}
