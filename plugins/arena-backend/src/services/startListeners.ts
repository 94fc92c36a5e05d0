import { LoggerService } from '@backstage/backend-plugin-api';
import { Router } from 'express';
import { ArenaBackendConfig } from '../config/ArenaBackendConfig';
import { DedicatedListener } from '../listener/DedicatedListener';
import { startWebhook } from '../webhook/startWebhook';
import { startWorkerListener } from '../workerApi/startWorkerListener';

/** Options of {@link startListeners}. */
export interface ListenersOptions {
  config: {
    workers: Pick<ArenaBackendConfig['workers'], 'listen'>;
  } & Pick<ArenaBackendConfig, 'webhook'>;
  workerRouter: Router;
  logger: LoggerService;
}

/** Starts the HTTP servers that are configured besides the portal's: all of them, or none. */
export async function startListeners(
  options: ListenersOptions,
): Promise<DedicatedListener[]> {
  const { config, workerRouter: router, logger } = options;
  const { workers, webhook } = config;
  const started: DedicatedListener[] = [];
  try {
    if (workers.listen) {
      const settings = { config: workers.listen, router, logger };
      started.push(await startWorkerListener(settings));
    }
    if (webhook) {
      started.push(await startWebhook({ config: webhook, logger }));
    }
    return started;
  } catch (error) {
    await Promise.all(started.map(listener => listener.stop()));
    throw error;
  }
}
