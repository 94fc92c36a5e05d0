import { ClusterInfo } from '@backstage-arena/plugin-arena-common';
import { Router } from 'express';
import { RouteContext } from '../RouterOptions';
import { ServedCluster } from '../ServedCluster';
import { parseQuery } from '../input';
import { probeCluster } from '../probeCluster';

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
  return Promise.all([...clusters.values()].map(probeCluster));
}
