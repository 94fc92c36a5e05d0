import { LoggerService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import express, { Router } from 'express';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, RequestListener, Server } from 'node:http';
import {
  createServer as createSecureServer,
  Server as SecureServer,
} from 'node:https';
import { AddressInfo } from 'node:net';
import { WorkerListenerConfig } from '../config/readWorkerListener';
import { BackgroundLoop } from '../time/BackgroundLoop';
import { answerErrors } from './answerErrors';

/** As on the portal's own server, so that only host and port differ. */
export const WORKER_PATH = '/api/arena/worker/v1';

/** Certificates are renewed while the backend runs. */
const CERTIFICATE_CHECK_MS = 60_000;
/** How long requests under way may take when the backend stops. */
const GRACE_MS = 10_000;

/** Options of a {@link WorkerListener}. */
export interface WorkerListenerOptions {
  config: WorkerListenerConfig;
  /** The worker protocol; asks for the token of a run itself. */
  router: Router;
  logger: LoggerService;
  certificateCheckMs?: number;
  graceMs?: number;
}

/**
 * An HTTP server of its own for workers. It serves the worker protocol and nothing else of the portal, so that networks in which workers run
 * need not reach the portal.
 */
export class WorkerListener {
  private constructor(
    private readonly server: Server,
    private readonly certificates: BackgroundLoop | undefined,
    private readonly graceMs: number,
  ) {}

  /** Resolves once it listens; rejects when the address is taken or the certificate cannot be used. */
  static async start(options: WorkerListenerOptions): Promise<WorkerListener> {
    const { config, router, logger, graceMs = GRACE_MS } = options;
    const app = createApp(router, logger);
    const { server, certificates } = config.tls
      ? await secured(app, config.tls, options)
      : { server: createServer(app), certificates: undefined };
    server.listen({ host: config.host, port: config.port });
    await once(server, 'listening');
    const listener = new WorkerListener(server, certificates, graceMs);
    certificates?.start();
    logger.info(
      `Workers are served at ${config.tls ? 'https' : 'http'}://${
        config.host ?? '*'
      }:${listener.port}${WORKER_PATH}`,
    );
    return listener;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Takes no more connections, and lets requests under way come to their end. */
  async stop(): Promise<void> {
    const timer = setTimeout(
      () => this.server.closeAllConnections(),
      this.graceMs,
    );
    const closed = once(this.server, 'close');
    this.server.close();
    await this.certificates?.stop();
    await closed;
    clearTimeout(timer);
  }
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

async function secured(
  app: RequestListener,
  tls: NonNullable<WorkerListenerConfig['tls']>,
  { logger, certificateCheckMs = CERTIFICATE_CHECK_MS }: WorkerListenerOptions,
): Promise<{ server: SecureServer; certificates: BackgroundLoop }> {
  let current = await readCertificate(tls);
  const server = createSecureServer(current, app);
  const certificates = new BackgroundLoop({
    name: 'Reading the certificate of the worker listener',
    intervalMs: certificateCheckMs,
    logger,
    run: async () => {
      const read = await readCertificate(tls);
      if (read.cert === current.cert && read.key === current.key) return;
      server.setSecureContext(read);
      current = read;
      logger.info('The worker listener has a new certificate');
    },
  });
  return { server, certificates };
}

async function readCertificate({
  certFile,
  keyFile,
}: NonNullable<WorkerListenerConfig['tls']>) {
  const [cert, key] = await Promise.all([
    readFile(certFile, 'utf8'),
    readFile(keyFile, 'utf8'),
  ]);
  return { cert, key };
}
