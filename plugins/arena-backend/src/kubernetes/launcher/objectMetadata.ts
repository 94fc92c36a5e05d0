import { ARENA_API_VERSION } from '@backstage-arena/plugin-arena-common';
import { WorkerPoolSpec } from '@backstage-arena/plugin-arena-node';
import { ObjectManifest } from './manifests';
import { workerJobName, workerLabels, WorkerRole } from './workerNames';

/** What every object of a run has: it goes when its ArenaJob goes. */
export function objectMetadata(
  spec: WorkerPoolSpec,
  role: WorkerRole,
): ObjectManifest['metadata'] {
  return {
    name: workerJobName(spec, role),
    namespace: spec.namespace,
    labels: workerLabels(spec, role),
    ownerReferences: [
      {
        apiVersion: ARENA_API_VERSION,
        kind: 'ArenaJob',
        name: spec.jobName,
        uid: spec.jobUid,
        controller: true,
      },
    ],
  };
}
