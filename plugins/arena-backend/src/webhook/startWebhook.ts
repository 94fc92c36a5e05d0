import { LoggerService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import express from 'express';
import { RequestListener } from 'node:http';
import { WebhookConfig } from '../config/readWebhook';
import { answerErrors } from '../listener/answerErrors';
import {
  DedicatedListener,
  ListenerLimits,
  ListenerTimes,
} from '../listener/DedicatedListener';
import { reviewObject } from './reviewObject';

/** Where API servers have objects checked. */
export const WEBHOOK_PATH = '/validate';

/** A review holds the object before and after; an API server takes 3 MiB at most of each. */
const MAX_BODY = '8mb';

/** API servers ask within 5 s, on few connections. Nobody signs in here: what others may take is little. */
const LIMITS: ListenerLimits = {
  requestTimeoutMs: 10_000,
  maxConnections: 100,
};

/** Options of {@link startWebhook}. */
export interface WebhookOptions extends ListenerTimes {
  config: WebhookConfig;
  logger: LoggerService;
  /** Default: 10 s and 100 connections. */
  limits?: ListenerLimits;
}

/**
 * Starts the validating webhook. It knows what it is sent and nothing else, so nobody has to sign in.
 */
export async function startWebhook(
  options: WebhookOptions,
): Promise<DedicatedListener> {
  const { config, logger } = options;
  const listener = await DedicatedListener.start({
    name: 'the webhook',
    app: createApp(logger),
    limits: LIMITS,
    ...options,
  });
  logger.info(
    `Objects are checked at https://${config.host ?? '*'}:${
      listener.port
    }${WEBHOOK_PATH}`,
  );
  return listener;
}

function createApp(logger: LoggerService): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.post(
    WEBHOOK_PATH,
    express.json({ limit: MAX_BODY }),
    (request, response) => {
      response.json(reviewObject(request.body));
    },
  );
  app.use(request => {
    throw new NotFoundError(
      `There is no ${request.method} ${request.path} here: this server checks objects at ${WEBHOOK_PATH} alone`,
    );
  });
  app.use(answerErrors(logger));
  return app;
}
