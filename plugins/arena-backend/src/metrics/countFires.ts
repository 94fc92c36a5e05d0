import { MetricsService } from '@backstage/backend-plugin-api/alpha';
import {
  FireOutcome,
  HandledFires,
} from '@backstage-arena/plugin-arena-common';

const OUTCOMES: readonly FireOutcome[] = [
  'Started',
  'Suspended',
  'Missed',
  'DeadlineExceeded',
  'Forbidden',
  'Refused',
];

/**
 * Counts what becomes of the times at which schedules are due.
 *
 * @param clusters - begin with zeros, so that the first one that is missed is an increase
 */
export function countFires(
  metrics: MetricsService,
  clusters: readonly string[],
): (cluster: string, fires: readonly HandledFires[]) => void {
  const counter = metrics.createCounter<{
    cluster: string;
    outcome: FireOutcome;
  }>('arena.schedule.fires', {
    description: 'Times at which schedules were due, by what became of them',
    unit: '{fire}',
  });
  for (const cluster of clusters) {
    OUTCOMES.forEach(outcome => counter.add(0, { cluster, outcome }));
  }
  return (cluster, fires) =>
    fires.forEach(({ count, outcome }) =>
      counter.add(count, { cluster, outcome }),
    );
}
