import { PlannedRun } from './PlannedRun';

/** What a line of the log about a run bears, so that all lines of a run, of a job and of a cluster are found. */
export function logFields(
  run: Pick<PlannedRun, 'runId' | 'cluster' | 'namespace' | 'jobName'>,
): { runId: string; cluster: string; job: string } {
  const { runId, cluster, namespace, jobName } = run;
  return { runId, cluster, job: `${namespace}/${jobName}` };
}
