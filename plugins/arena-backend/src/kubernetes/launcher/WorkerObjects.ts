import { z } from 'zod/v4';

const metadata = z.object({
  name: z.string(),
  namespace: z.string(),
  uid: z.string(),
  resourceVersion: z.string(),
  creationTimestamp: z.string(),
  deletionTimestamp: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  ownerReferences: z
    .array(
      z.object({
        kind: z.string(),
        name: z.string(),
        uid: z.string(),
        controller: z.boolean().optional(),
      }),
    )
    .optional(),
});

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  lastTransitionTime: z.string().nullish(),
});

const jobSchema = z.object({
  metadata,
  spec: z.object({
    parallelism: z.int().optional(),
    suspend: z.boolean().optional(),
    ttlSecondsAfterFinished: z.int().optional(),
  }),
  status: z
    .object({
      active: z.int().optional(),
      terminating: z.int().nullish(),
      succeeded: z.int().optional(),
      failed: z.int().optional(),
      startTime: z.string().optional(),
      conditions: z.array(condition).optional(),
    })
    .optional(),
});

const containerState = z.object({
  waiting: z
    .object({ reason: z.string().optional(), message: z.string().optional() })
    .optional(),
  running: z.object({ startedAt: z.string().nullish() }).optional(),
  terminated: z
    .object({
      exitCode: z.int(),
      reason: z.string().optional(),
      message: z.string().optional(),
      finishedAt: z.string().nullish(),
    })
    .optional(),
});

const podSchema = z.object({
  metadata,
  spec: z.object({ nodeName: z.string().optional() }),
  status: z
    .object({
      phase: z.string().optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
      conditions: z.array(condition).optional(),
      containerStatuses: z
        .array(z.object({ name: z.string(), state: containerState.optional() }))
        .optional(),
    })
    .optional(),
});

/** A Job of workers, as far as the launcher looks at it. Times are ISO 8601. */
export type WorkerJobObject = z.infer<typeof jobSchema>;

/** A pod of workers, as far as the launcher looks at it. */
export type WorkerPodObject = z.infer<typeof podSchema>;

/** Takes what is needed of a Job, and leaves the rest out of the memory. */
export function toWorkerJob(object: unknown): WorkerJobObject {
  return jobSchema.parse(object);
}

/** As {@link toWorkerJob}, of a pod. */
export function toWorkerPod(object: unknown): WorkerPodObject {
  return podSchema.parse(object);
}

/** The condition of that type, when it holds. */
export function holds(
  { status }: WorkerJobObject | WorkerPodObject,
  type: string,
): z.infer<typeof condition> | undefined {
  return status?.conditions?.find(
    entry => entry.type === type && entry.status === 'True',
  );
}

/** True when the Job will start no more pods. */
export function isFinished(job: WorkerJobObject): boolean {
  return Boolean(holds(job, 'Complete') ?? holds(job, 'Failed'));
}
