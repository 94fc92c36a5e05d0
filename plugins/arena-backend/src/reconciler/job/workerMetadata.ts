import {
  ARENA_ANNOTATIONS,
  ArenaJob,
} from '@backstage-arena/plugin-arena-common';
import { WorkerPoolSpec } from '@backstage-arena/plugin-arena-node';

/** By which the Kubernetes plugin of Backstage finds what belongs to an entity. */
export const KUBERNETES_ID = 'backstage.io/kubernetes-id';

const COPIED = [
  ARENA_ANNOTATIONS.creator,
  ARENA_ANNOTATIONS.owner,
  ARENA_ANNOTATIONS.component,
];

/** What the objects of a job's workers say about whose they are. */
export function workerMetadata({
  metadata: { name, labels = {}, annotations = {} },
}: ArenaJob): Pick<WorkerPoolSpec, 'labels' | 'annotations'> {
  return {
    labels: {
      [KUBERNETES_ID]:
        annotations[KUBERNETES_ID] ?? labels[KUBERNETES_ID] ?? name,
    },
    annotations: Object.fromEntries(
      COPIED.flatMap(key =>
        annotations[key] === undefined ? [] : [[key, annotations[key]]],
      ),
    ),
  };
}
