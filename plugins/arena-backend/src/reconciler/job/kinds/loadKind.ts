import { troubleInStatus } from '../describeRunning';
import { decideLoadOutcome } from '../loadOutcome';
import { buildLoadSummary } from '../loadSummary';
import { replicasByBacklog } from './evaluationKind';
import { JobKind } from './JobKind';

/** Load tests: what is due until the test is over. */
export const loadKind: JobKind = {
  isCompared: false,
  isComplete: ({ run }) => run!.state !== 'Running',
  replicas: world =>
    world.run!.state === 'Running'
      ? world.load!.replicas
      : replicasByBacklog(world),
  describeCreated: ({ run }) => `Run ${run!.id} of a load test was created`,
  settle(world) {
    const run = world.run!;
    const report = world.load!.report!;
    const cause = world.pool.trouble ?? troubleInStatus(world);
    return {
      counters: run.counters,
      summary: buildLoadSummary(report),
      outcome: decideLoadOutcome({ spec: world.job.spec, run, report, cause }),
    };
  },
};
