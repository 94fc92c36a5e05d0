import { RunCounters } from '@backstage-arena/plugin-arena-common';
import {
  ArrivalSchedule,
  LoadTotals,
} from '@backstage-arena/plugin-arena-common/load';

/**
 * A load test as the counters of a run: its items are conversations. Passed ones are those that succeeded; those that failed, were dropped or got
 * lost are errored.
 *
 * @param totals - of all stages, warm-up included
 * @param schedule - absent in a closed loop, which has no number of conversations beforehand
 */
export function progressOf(
  totals: LoadTotals,
  schedule?: ArrivalSchedule,
): RunCounters {
  const { counts, droppedCount } = totals;
  const serviceTime = totals.times.get('serviceTime');
  const passed = counts.succeeded;
  const errored = counts.completed - counts.succeeded + droppedCount;
  const total = Math.max(
    schedule?.total ?? counts.sent + droppedCount,
    passed + errored,
  );
  return {
    total,
    passed,
    failed: 0,
    errored,
    pending: total - passed - errored,
    inputTokens: counts.inputTokens,
    outputTokens: counts.outputTokens,
    cost: counts.cost,
    durationMs: serviceTime ? serviceTime.mean * serviceTime.count : 0,
  };
}
