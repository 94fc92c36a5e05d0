import { troubleInStatus } from '../describeRunning';
import { desiredReplicas } from '../desiredReplicas';
import { JobWorld } from '../JobWorld';
import { gateSummary } from '../gate';
import { decideOutcome } from '../outcome';
import { budgetSummary, buildSummary } from '../summary';
import { evaluateThresholds } from '../thresholds';
import { JobKind } from './JobKind';

/** How many workers a run needs whose items are leased. */
export function replicasByBacklog(world: JobWorld): number {
  return desiredReplicas({
    workers: world.job.spec.workers,
    run: world.run!,
    concurrency: world.concurrency,
    current: world.pool.replicas ?? world.pool.workers.length,
  });
}

/** Evaluations: every item of the plan once. */
export const evaluationKind: JobKind = {
  isCompared: true,
  isComplete: ({ run }) => run!.counters.pending === 0,
  replicas: replicasByBacklog,
  describeCreated: ({ run }) =>
    `Run ${run!.id} with ${run!.counters.total} items was created`,
  settle(world) {
    const { job, results, gate, budget } = world;
    const run = world.run!;
    const { spec } = job;
    const verdicts = evaluateThresholds(
      spec.evaluation?.thresholds ?? [],
      results!,
    );
    const cause = world.pool.trouble ?? troubleInStatus(world);
    return {
      counters: results!.counters,
      summary: {
        ...buildSummary(results!, verdicts),
        ...(budget && budgetSummary(results!, budget)),
        ...(gate && gateSummary(gate)),
      },
      outcome: decideOutcome({
        spec,
        run,
        results: results!,
        verdicts,
        gate,
        budget,
        cause,
      }),
    };
  },
};
