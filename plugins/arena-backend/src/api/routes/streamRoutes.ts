import {
  arenaJobReadPermission,
  arenaResourceReadPermission,
} from '@backstage-arena/plugin-arena-common';
import { Router } from 'express';
import { z } from 'zod/v4';
import { RouteContext } from '../RouterOptions';
import { listOf, parseQuery } from '../input';
import { LiveStream } from '../stream/LiveStream';
import { Topics } from '../stream/topics';
import { Visibility } from '../stream/Visibility';

/** One stream of server-sent events for everything that a browser watches. */
export function addStreamRoutes(router: Router, context: RouteContext): void {
  const { access, clusters, streamTiming } = context;
  const live = new LiveStream({ ...context, timing: streamTiming });

  router.get('/v1/stream', async (req, res) => {
    // First of all: who is not signed in learns nothing about topics.
    await access.authenticated(req);
    const query = parseQuery(req, { topic: listOf(z.string()) });
    const topics = Topics.parse(query.topic ?? [], clusters);
    const visibility = new Visibility({
      jobs: topics.needJobs
        ? await access.filter(req, arenaJobReadPermission)
        : undefined,
      resources: topics.sources
        ? await access.filter(req, arenaResourceReadPermission)
        : undefined,
    });
    if (req.method === 'HEAD') {
      res.type('text/event-stream').end();
      return;
    }
    await visibility.learn(topics, target => access.subjectOf(target));
    await live.start(res, {
      topics,
      visibility,
      lastEventId: req.get('last-event-id'),
    });
  });
}
