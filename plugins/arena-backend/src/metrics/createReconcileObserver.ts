import {
  MetricsService,
  TracingService,
} from '@backstage/backend-plugin-api/alpha';
import {
  ReconcileObserver,
  ReconcileOutcome,
} from '../reconciler/ReconcileObserver';

/** Measures each look at an object, and makes a span of it. */
export function createReconcileObserver(
  metrics: MetricsService,
  tracing: Pick<TracingService, 'startActiveSpan'>,
): (cluster: string) => ReconcileObserver {
  const duration = metrics.createHistogram<{
    cluster: string;
    kind: string;
    outcome: ReconcileOutcome;
  }>('arena.reconcile.duration.seconds', {
    description: 'Time of one look at an object by its controller',
    unit: 's',
    advice: {
      explicitBucketBoundaries: [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
      ],
    },
  });
  return cluster => ({
    async reconcile({ kind, key }, work) {
      const startedAt = performance.now();
      const record = (outcome: ReconcileOutcome) =>
        duration.record((performance.now() - startedAt) / 1_000, {
          cluster,
          kind,
          outcome,
        });
      const attributes = {
        'arena.cluster': cluster,
        'arena.kind': kind,
        'arena.object': key,
      };
      try {
        const result = await tracing.startActiveSpan(
          'arena.reconcile',
          { attributes },
          work,
        );
        record('done');
        return result;
      } catch (error) {
        const { name } = error as Error;
        record(name === 'ConflictError' ? 'conflict' : 'failed');
        throw error;
      }
    },
  });
}
