import { LoggerService } from '@backstage/backend-plugin-api';
import { EMBEDDED_CLUSTER } from '@backstage-arena/plugin-arena-common';
import { Router } from 'express';
import { ServedCluster } from '../../plugins/arena-backend/src/api/ServedCluster';
import { LiveStream } from '../../plugins/arena-backend/src/api/stream/LiveStream';
import { Topics } from '../../plugins/arena-backend/src/api/stream/topics';
import { Visibility } from '../../plugins/arena-backend/src/api/stream/Visibility';
import { RunServices } from '../../plugins/arena-backend/src/runs/createRunServices';
import { EmbeddedStore } from '../../plugins/arena-backend/src/store/createEmbeddedStore';

/** The live stream of the plugin, for readers who may see everything. */
export function streamRouter(options: {
  services: Pick<RunServices, 'runs' | 'comments'>;
  store: EmbeddedStore;
  logger: LoggerService;
}): Router {
  const { services, store, logger } = options;
  const { runs, comments } = services;
  const cluster: ServedCluster = {
    resources: store.resources,
    feed: store.changes,
    events: store.events,
    queryJobs: query => store.jobs.queryJobs(query),
  };
  const clusters = new Map([[EMBEDDED_CLUSTER, cluster]]);
  const live = new LiveStream({
    clusters,
    runs,
    comments,
    logger,
    // The process ends with its streams.
    shutdown: new AbortController().signal,
  });
  const everything = { allows: () => true };
  const router = Router();
  router.get('/stream', (request, response, next) => {
    const topics = Topics.parse(
      [request.query.topic].flat().map(String),
      clusters,
    );
    const visibility = new Visibility({
      jobs: everything,
      resources: everything,
    });
    live
      .start(response, { topics, visibility, lastEventId: undefined })
      .catch(next);
  });
  return router;
}
