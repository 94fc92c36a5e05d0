import { LoggerService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import express from 'express';
import { RequestListener } from 'node:http';
import { WebhookConfig } from '../config/readWebhook';
import { answerErrors } from '../listener/answerErrors';
import {
  DedicatedListener,
  ListenerTimes,
} from '../listener/DedicatedListener';
import { reviewObject } from './reviewObject';

/** Where API servers have objects checked. */
export const WEBHOOK_PATH = '/validate';

/** A review holds the object before and after; an API server takes 3 MiB at most of each. */
const MAX_BODY = '8mb';

/** Options of {@link startWebhook}. */
export interface WebhookOptions extends ListenerTimes {
  config: WebhookConfig;
  logger: LoggerService;
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
