import { saying } from '../writeBundle.mjs';
import { CONCURRENCY, MOST_TURNS } from '../workloads.mjs';

/**
 * Each result was paid for, and nothing was paid for twice but what faults explain: calls that were cut off, and what workers had in flight
 * when they were lost.
 */
export function checkCalls({ account, one, workload }) {
  if (workload.kind === 'loadtest') return [];
  // The model charges for what it does not refuse.
  const paid = one.calls.filter(({ usage }) => usage);
  const answered = paid.filter(({ status }) => status === 200);
  const faults = [];
  const needed =
    workload.kind === 'datagen'
      ? attemptsOf(one)
      : neededCalls({ one, workload, answered, faults });
  if (!(answered.length >= needed)) {
    faults.push(
      `${answered.length} answers of the model for results that need ${needed}`,
    );
  }
  const allowed = needed + wasteOf({ account, one, workload });
  if (!(paid.length <= allowed)) {
    faults.push(
      `${
        paid.length
      } paid calls, where results need ${needed} and faults explain ${
        allowed - needed
      } more`,
    );
  }
  return faults;
}

/** Of generated data an attempt is a call; what came to an error has none that counts. */
function attemptsOf({ jobs }) {
  return jobs.reduce((sum, { dataset }) => {
    if (!dataset) return sum;
    const { attempts, unfinished, rejects } = dataset;
    return sum + attempts - unfinished - (rejects.error ?? 0);
  }, 0);
}

function neededCalls({ one, workload, answered, faults }) {
  const items = one.jobs.flatMap(job => job.items ?? []);
  let needed = 0;
  for (const { id, turns } of workload.scenarios) {
    const results = items.filter(({ scenario }) => scenario === id).length;
    needed += results * turns;
    for (let turn = 0; turn < turns; turn += 1) {
      const text = saying(id, turn);
      const calls = answered.filter(({ user }) => user === text).length;
      if (calls < results) {
        faults.push(
          `${results} results of ${id}, and ${calls} answers to '${text}'`,
        );
      }
    }
  }
  return needed;
}

/** Calls that may have been paid for in vain. */
export function wasteOf({ account, one, workload }) {
  const turns = Math.max(...workload.scenarios.map(each => each.turns));
  const perWorker = CONCURRENCY * Math.min(turns, MOST_TURNS);
  const hits = account.strikes
    .flatMap(({ hit }) => hit)
    .filter(name => name === workload.name).length;
  // What is in flight when the last row is in, or when the job is cancelled.
  const endsEarly = ['datagen', 'cancelled'].includes(workload.kind);
  const atTheEnd = endsEarly ? workload.workers * perWorker : 0;
  return hits * perWorker + one.cuts * turns + atTheEnd;
}
