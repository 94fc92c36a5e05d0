import { stringifyError } from '@backstage/errors';
import {
  ClusterInfo,
  EMBEDDED_CLUSTER,
} from '@backstage-arena/plugin-arena-common';
import { Router } from 'express';
import { withinTime } from '../../time/withinTime';
import { RouteContext } from '../RouterOptions';
import { ServedCluster } from '../ServedCluster';
import { parseQuery } from '../input';

const PROBE_TIMEOUT_MS = 5_000;

/** Health and the list of clusters. */
export function addHealthRoutes(router: Router, context: RouteContext): void {
  const { access, clusters: served } = context;

  router.get('/v1/health', async (req, res) => {
    parseQuery(req, {});
    await access.authenticated(req);
    const clusters = await probeAll(served);
    const ok = clusters.some(cluster => cluster.ready);
    res
      .status(ok ? 200 : 503)
      .json({ status: ok ? 'ok' : 'unavailable', clusters });
  });

  router.get('/v1/clusters', async (req, res) => {
    parseQuery(req, {});
    await access.authenticated(req);
    res.json({ items: await probeAll(served) });
  });
}

function probeAll(
  clusters: ReadonlyMap<string, ServedCluster>,
): Promise<ClusterInfo[]> {
  return Promise.all([...clusters.values()].map(probe));
}

async function probe(cluster: ServedCluster): Promise<ClusterInfo> {
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
