import { stringifyError } from '@backstage/errors';
import {
  ClusterInfo,
  EMBEDDED_CLUSTER,
} from '@backstage-arena/plugin-arena-common';
import { withinTime } from '../time/withinTime';
import { ServedCluster } from './ServedCluster';

const PROBE_TIMEOUT_MS = 5_000;

/** Whether the objects of a cluster can be read now, and what is wrong if not. */
export async function probeCluster(
  cluster: Pick<ServedCluster, 'resources' | 'health'>,
): Promise<ClusterInfo> {
  const store = cluster.resources;
  const info = {
    name: store.cluster,
    kind:
      store.cluster === EMBEDDED_CLUSTER
        ? ('embedded' as const)
        : ('kubernetes' as const),
  };
  if (cluster.health) return { ...info, ...cluster.health() };
  try {
    await withinTime(store.list('ArenaSource', { limit: 1 }), {
      timeoutMs: PROBE_TIMEOUT_MS,
      message: 'It did not answer in time',
    });
    return { ...info, ready: true };
  } catch (error) {
    return { ...info, ready: false, message: stringifyError(error) };
  }
}
