import { MetricsService } from '@backstage/backend-plugin-api/alpha';
import { ArenaRunEvent } from '@backstage-arena/plugin-arena-common';

/** Of what a run was: few values each, so that series stay few. */
type RunAttributes = { cluster: string; type: string };

/** Counts runs that end, for OpenTelemetry: `arena.runs`, `arena.run.items` and `arena.run.duration.seconds`. */
export function countRuns(
  metrics: MetricsService,
): (event: ArenaRunEvent) => void {
  const runs = metrics.createCounter<
    RunAttributes & { phase: string; reason: string }
  >('arena.runs', { description: 'Runs that have ended', unit: '{run}' });
  const items = metrics.createCounter<RunAttributes & { verdict: string }>(
    'arena.run.items',
    { description: 'Items of the runs that have ended', unit: '{item}' },
  );
  const duration = metrics.createHistogram<RunAttributes & { phase: string }>(
    'arena.run.duration.seconds',
    {
      description: 'Time from the start of a run to its end',
      unit: 's',
      advice: {
        explicitBucketBoundaries: [
          1, 5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600,
        ],
      },
    },
  );
  return ({ run }) => {
    const { cluster, type, phase, reason, startedAt, finishedAt } = run;
    runs.add(1, { cluster, type, phase, reason });
    const { completed = 0, failed = 0 } = run.progress ?? {};
    items.add(completed, { cluster, type, verdict: 'passed' });
    items.add(failed, { cluster, type, verdict: 'failed' });
    if (startedAt) {
      const ms = Date.parse(finishedAt) - Date.parse(startedAt);
      duration.record(ms / 1_000, { cluster, type, phase });
    }
  };
}
