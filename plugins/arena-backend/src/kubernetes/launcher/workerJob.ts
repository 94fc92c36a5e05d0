import { WorkerPoolSpec } from '@backstage-arena/plugin-arena-node';
import { KubernetesClusterConfig } from '../../config/KubernetesClusterConfig';
import { JobManifest } from './manifests';
import { objectMetadata } from './objectMetadata';
import { mergePodOverrides } from './podOverrides';
import { WORKER_CONTAINER, workerPod } from './workerPod';
import { WorkerRole } from './workerNames';

/** Where users of Kueue name the queue that a Job waits in. */
const QUEUE_LABEL = 'kueue.x-k8s.io/queue-name';

/** What a worker exits with that was asked to go and gave back what it had. */
const DRAINED = 143;

/**
 * Failures of pods, over all of them, before the Job is given up. High: items are retried by the queue, which charges attempts only to those
 * that had started, and the pauses between failures grow to minutes.
 */
const BACKOFF_LIMIT = 100;

/** The reports are tried a few times by the queue itself. */
const FINALIZE_BACKOFF_LIMIT = 10;

type WorkerConfig = KubernetesClusterConfig['worker'];

/** The Job that works on the items of a run. */
export function workerJob(
  spec: WorkerPoolSpec,
  worker: WorkerConfig,
): JobManifest {
  return createJob(spec, worker, 'work', {
    // Without completions it is one pool: the first worker that sees the run closed ends it.
    parallelism: spec.replicas,
    backoffLimit: BACKOFF_LIMIT,
  });
}

/** The Job that writes the reports of a run. Its pod alone mounts the claim. */
export function finalizeJob(
  spec: WorkerPoolSpec,
  worker: WorkerConfig,
): JobManifest {
  return createJob(spec, worker, 'finalize', {
    parallelism: 1,
    completions: 1,
    backoffLimit: FINALIZE_BACKOFF_LIMIT,
  });
}

function createJob(
  spec: WorkerPoolSpec,
  worker: WorkerConfig,
  role: WorkerRole,
  size: Pick<
    JobManifest['spec'],
    'parallelism' | 'completions' | 'backoffLimit'
  >,
): JobManifest {
  const metadata = objectMetadata(spec, role);
  const { kueueQueue } = worker;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...metadata,
      annotations: spec.annotations,
      labels: {
        ...metadata.labels,
        ...(kueueQueue ? { [QUEUE_LABEL]: kueueQueue } : undefined),
      },
    },
    spec: {
      ...size,
      // Kueue lets it go when there is room; we never do.
      ...(kueueQueue ? { suspend: true } : undefined),
      activeDeadlineSeconds: spec.activeDeadlineSeconds,
      // A pod is replaced when it is gone, not while it still gives back what it has.
      podReplacementPolicy: 'Failed',
      podFailurePolicy: {
        rules: [
          {
            action: 'Ignore',
            onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }],
          },
          {
            action: 'Ignore',
            onExitCodes: {
              containerName: WORKER_CONTAINER,
              operator: 'In',
              values: [DRAINED],
            },
          },
        ],
      },
      template: mergePodOverrides(
        workerPod(spec, worker, role),
        spec.podOverrides,
      ),
    },
  };
}
