import { MetricsService } from '@backstage/backend-plugin-api/alpha';
import { WorkerRouterOptions } from '../workerApi/createWorkerRouter';

type ReportAnswer = 'stored' | 'busy' | 'refused' | 'failed';

/** Measures how long workers wait for the answer to a report. */
export function createReportTimer(
  metrics: MetricsService,
): NonNullable<WorkerRouterOptions['onReport']> {
  const duration = metrics.createHistogram<{ answer: ReportAnswer }>(
    'arena.report.duration.seconds',
    {
      description: 'Time from the arrival of a report to its answer',
      unit: 's',
      advice: {
        explicitBucketBoundaries: [
          0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
        ],
      },
    },
  );
  return ({ status, durationMs }) =>
    duration.record(durationMs / 1_000, { answer: answerOf(status) });
}

function answerOf(status: number): ReportAnswer {
  if (status < 400) return 'stored';
  if (status === 429) return 'busy';
  return status < 500 ? 'refused' : 'failed';
}
