import { ArenaObject, Condition } from '@backstage-arena/plugin-arena-common';
import type { z as Zod } from 'zod/v3';

/** An ArenaJob in short, as actions show it. */
export const jobSummarySchema = (z: typeof Zod) =>
  z.object({
    cluster: z.string(),
    namespace: z.string(),
    name: z.string(),
    type: z.string().describe('evaluation, loadtest or datagen'),
    phase: z.string(),
    reason: z.string().optional(),
    message: z.string().optional().describe('Why it is in this phase'),
    progress: z
      .object({
        total: z.number(),
        completed: z.number().describe('Items that passed'),
        failed: z.number(),
        pending: z.number(),
      })
      .optional(),
    runId: z.string().optional().describe('Its latest run'),
    schedule: z.string().optional().describe('Its cron line'),
    nextScheduleTime: z.string().optional(),
    createdAt: z.string(),
    completedAt: z.string().optional(),
    url: z.string().describe('Its page in the portal'),
  });

export type JobSummary = Zod.infer<ReturnType<typeof jobSummarySchema>>;

interface JobStatus {
  phase?: string;
  progress?: JobSummary['progress'];
  run?: { id: string };
  conditions?: Condition[];
  nextScheduleTime?: string;
  completionTime?: string;
}

export function jobSummary(
  object: ArenaObject,
  options: { cluster: string; appUrl: string },
): JobSummary {
  const { metadata, spec } = object;
  const status: JobStatus = object.status ?? {};
  const { namespace, name } = metadata;
  const { cluster, appUrl } = options;
  const condition = saying(status.conditions ?? []);
  const { schedule, type } = spec as {
    schedule?: { cron?: string };
    type?: string;
  };
  const path = [cluster, namespace, name].map(encodeURIComponent).join('/');
  return {
    cluster,
    namespace,
    name,
    type: type ?? 'evaluation',
    phase: status.phase ?? 'Pending',
    reason: condition?.reason,
    message: condition?.message,
    progress: status.progress,
    runId: status.run?.id,
    schedule: schedule?.cron,
    nextScheduleTime: status.nextScheduleTime,
    createdAt: metadata.creationTimestamp,
    completedAt: status.completionTime,
    url: `${appUrl}/arena/jobs/${path}`,
  };
}

/** The condition that says how it stands: `Progressing` once there is a run, before that whatever keeps it from one. */
function saying(conditions: readonly Condition[]): Condition | undefined {
  const by = (type: string) => conditions.find(entry => entry.type === type);
  const progressing = by('Progressing');
  return progressing && progressing.status !== 'Unknown'
    ? progressing
    : by('Ready') ?? progressing;
}
