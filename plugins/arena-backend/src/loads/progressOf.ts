import { RunCounters } from '@backstage-arena/plugin-arena-common';
import {
  addCounts,
  ArrivalSchedule,
  LoadTotals,
  noCounts,
} from '@backstage-arena/plugin-arena-common/load';

/**
 * A load test as the counters of a run: its items are conversations. Passed ones are those that succeeded; those that failed, were dropped or got
 * lost are errored.
 *
 * @param stages - all of them, warm-up included
 * @param schedule - absent in a closed loop, which has no number of conversations beforehand
 */
export function progressOf(
  stages: readonly LoadTotals[],
  schedule?: ArrivalSchedule,
): RunCounters {
  const counts = noCounts();
  let droppedCount = 0;
  let durationMs = 0;
  for (const stage of stages) {
    addCounts(counts, stage.counts);
    droppedCount += stage.droppedCount;
    const time = stage.times.get('serviceTime');
    if (time?.count) durationMs += time.mean * time.count;
  }
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
    durationMs,
  };
}
