import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { LoadTests } from '../../loads/LoadTests';
import { RunStore } from '../../runs/RunStore';
import { RunVerdicts } from '../../verdicts/RunVerdicts';
import { runIdOf } from './gatherInputs';
import { JOB_FINALIZER } from './jobFinalizer';
import { JobAction } from './JobWorld';
import { poolOf, RunPools } from './RunPools';

/** What actions are done with. */
export interface ActionTools {
  store: ResourceStore;
  runs: RunStore;
  pools: RunPools;
  loads: LoadTests;
  verdicts: Pick<RunVerdicts, 'record' | 'seriesOf'>;
}

/**
 * Does what is to be done for a job.
 *
 * @returns the object as it is afterwards, or undefined when it is gone
 */
export async function executeAction(
  action: JobAction,
  job: ArenaJob,
  { store, runs, pools, loads, verdicts }: ActionTools,
): Promise<ArenaJob | undefined> {
  const runId = runIdOf(job);
  switch (action.type) {
    case 'addFinalizer':
      return setFinalizers(store, job, [
        ...(job.metadata.finalizers ?? []),
        JOB_FINALIZER,
      ]);
    case 'createRun':
      await runs.create({
        ...action.run,
        series: await verdicts.seriesOf(store.cluster, job),
      });
      return job;
    case 'closeRun':
      await runs.close(runId, {
        outcome: action.outcome,
        finalize: action.finalize,
      });
      return job;
    case 'ensureWorkers':
      await pools.ensure(job, runId, {
        replicas: action.replicas,
        finalizing: action.finalizing ?? false,
      });
      return job;
    case 'recordVerdict':
      await verdicts.record(runId, job, action.verdict);
      return job;
    case 'resumeReports':
      await runs.resumeFinalize(runId);
      return job;
    case 'failReports':
      await runs.failFinalize(runId, action.message);
      return job;
    case 'stopWorkers':
      loads.forget(runId);
      await pools.stop(poolOf(job, runId));
      return job;
    case 'removeFinalizer': {
      const left = job.metadata.finalizers?.filter(f => f !== JOB_FINALIZER);
      const updated = await setFinalizers(store, job, left ?? []);
      return job.metadata.deletionTimestamp ? undefined : updated;
    }
    case 'deleteJob': {
      // Not one that somebody has given more time since it was read.
      const { uid, resourceVersion } = job.metadata;
      await store.delete('ArenaJob', job.metadata, {
        preconditions: { uid, resourceVersion },
      });
      return undefined;
    }
    default:
      throw new TypeError(`Unknown action ${JSON.stringify(action)}`);
  }
}

async function setFinalizers(
  store: ResourceStore,
  job: ArenaJob,
  finalizers: string[],
): Promise<ArenaJob> {
  const { apiVersion, kind, metadata, spec } = job;
  return store.update<ArenaJob>({
    apiVersion,
    kind,
    metadata: { ...metadata, finalizers },
    spec: JSON.parse(JSON.stringify(spec)),
  });
}
