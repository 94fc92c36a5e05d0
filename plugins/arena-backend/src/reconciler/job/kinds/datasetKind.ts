import { decideDatasetOutcome } from '../datasetOutcome';
import { buildDatasetSummary } from '../datasetSummary';
import { troubleInStatus } from '../describeRunning';
import { evaluateThresholds } from '../thresholds';
import { replicasByBacklog } from './evaluationKind';
import { JobKind } from './JobKind';

/** Data generation: attempts until all rows are there, or it is plain that they will not come. */
export const datasetKind: JobKind = {
  isCompared: false,
  isComplete: ({ run }) => run!.state !== 'Running',
  replicas: replicasByBacklog,
  describeCreated: ({ run }) =>
    `Run ${run!.id} was created to generate ${run!.counters.total} rows`,
  settle(world) {
    const { spec } = world.job;
    const run = world.run!;
    const dataset = world.dataset!;
    const verdicts = evaluateThresholds(
      spec.dataGen?.thresholds ?? [],
      world.results!,
    );
    const cause = world.pool.trouble ?? troubleInStatus(world);
    return {
      counters: run.counters,
      summary: buildDatasetSummary(run, dataset, verdicts),
      outcome: decideDatasetOutcome({ spec, run, dataset, verdicts, cause }),
    };
  },
};
