import {
  ARENA_ANNOTATIONS,
  ArenaJob,
  ArenaJobStatus,
  ArenaRunEvent,
} from '@backstage-arena/plugin-arena-common';
import { findCondition } from '../reconciler/conditions';
import { parentOf, TRIGGERED } from '../schedules/childJob';

const PHASES = ['Succeeded', 'Failed', 'Cancelled'] as const;

/** The end of a job that has just come to it; undefined for one that has not. */
export function toRunEvent(
  job: ArenaJob,
  status: ArenaJobStatus,
  options: {
    runId: string;
    cluster: string;
    series: string;
    appBaseUrl: string;
    now: Date;
  },
): ArenaRunEvent | undefined {
  const phase = PHASES.find(one => one === status.phase);
  if (!phase) return undefined;
  const { runId, cluster, series, appBaseUrl, now } = options;
  const { metadata, spec } = job;
  const { namespace, name, annotations = {} } = metadata;
  const why =
    findCondition(status.conditions, 'Progressing') ??
    findCondition(status.conditions, 'Ready');
  const page = [cluster, namespace, name].map(encodeURIComponent).join('/');
  return {
    version: 1,
    id: `${runId}.ended`,
    type: `run.${phase.toLowerCase() as Lowercase<typeof phase>}`,
    time: now.toISOString(),
    run: {
      id: runId,
      url: status.result?.url ?? `${appBaseUrl}/arena/jobs/${page}`,
      cluster,
      namespace,
      jobName: name,
      jobUid: metadata.uid,
      series,
      type: spec.type ?? 'evaluation',
      scheduled:
        parentOf(job) !== undefined && annotations[TRIGGERED] === undefined,
      phase,
      reason: why?.reason ?? phase,
      message: why?.message ?? '',
      creator: annotations[ARENA_ANNOTATIONS.creator],
      owner: annotations[ARENA_ANNOTATIONS.owner],
      component: annotations[ARENA_ANNOTATIONS.component],
      startedAt: status.startTime,
      finishedAt: status.completionTime ?? now.toISOString(),
      progress: status.progress,
      summary: status.result?.summary,
    },
  };
}
