import { LoggerService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import express, { Router } from 'express';
import { RequestListener } from 'node:http';
import { ListenerConfig } from '../config/readListener';
import { answerErrors } from '../listener/answerErrors';
import {
  DedicatedListener,
  ListenerTimes,
} from '../listener/DedicatedListener';

/** As on the portal's own server, so that only host and port differ. */
export const WORKER_PATH = '/api/arena/worker/v1';

/** Options of {@link startWorkerListener}. */
export interface WorkerListenerOptions extends ListenerTimes {
  config: ListenerConfig;
  /** The worker protocol; asks for the token of a run itself. */
  router: Router;
  logger: LoggerService;
}

/**
 * Starts an HTTP server of its own for workers. It serves the worker protocol and nothing else of the portal, so that networks in which
 * workers run need not reach the portal.
 */
export async function startWorkerListener(
  options: WorkerListenerOptions,
): Promise<DedicatedListener> {
  const { config, router, logger, ...times } = options;
  const listener = await DedicatedListener.start({
    name: 'the worker listener',
    config,
    app: createApp(router, logger),
    logger,
    ...times,
  });
  logger.info(
    `Workers are served at ${config.tls ? 'https' : 'http'}://${
      config.host ?? '*'
    }:${listener.port}${WORKER_PATH}`,
  );
  return listener;
}

function createApp(router: Router, logger: LoggerService): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.use(WORKER_PATH, router);
  app.use(request => {
    throw new NotFoundError(
      `There is no ${request.path} here: this server is for the workers of Arena alone`,
    );
  });
  app.use(answerErrors(logger));
  return app;
}
