import { LoggerService } from '@backstage/backend-plugin-api';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, RequestListener, Server } from 'node:http';
import {
  createServer as createSecureServer,
  Server as SecureServer,
} from 'node:https';
import { AddressInfo } from 'node:net';
import { CertificateFiles, ListenerConfig } from '../config/readListener';
import { BackgroundLoop } from '../time/BackgroundLoop';
import { expiryNotice } from './expiryNotice';

/** Certificates are renewed while the backend runs. */
const CERTIFICATE_CHECK_MS = 60_000;
/** How long requests under way may take when the backend stops. */
const GRACE_MS = 10_000;

/** What of a {@link DedicatedListener} does not depend on what it serves. */
export interface ListenerTimes {
  certificateCheckMs?: number;
  graceMs?: number;
}

/** What strangers can take of a {@link DedicatedListener} at most. */
export interface ListenerLimits {
  /** For a whole request, its body included. */
  requestTimeoutMs: number;
  /** Further connections are closed at once. */
  maxConnections: number;
}

/** Options of a {@link DedicatedListener}. */
export interface DedicatedListenerOptions extends ListenerTimes {
  /** For logs, as in "the worker listener". */
  name: string;
  config: ListenerConfig;
  app: RequestListener;
  logger: LoggerService;
  /** Absent: those of Node.js, where who sends has to prove who they are. */
  limits?: ListenerLimits;
}

/** An HTTP server besides the portal's, for a purpose of its own. */
export class DedicatedListener {
  private constructor(
    private readonly server: Server,
    private readonly certificates: BackgroundLoop | undefined,
    private readonly graceMs: number,
  ) {}

  /** Resolves once it listens; rejects when the address is taken or the certificate cannot be used. */
  static async start(
    options: DedicatedListenerOptions,
  ): Promise<DedicatedListener> {
    const { config, app, limits, graceMs = GRACE_MS } = options;
    const { server, certificates } = config.tls
      ? await secured(config.tls, options)
      : {
          server: createServer(timeoutsOf(limits), app),
          certificates: undefined,
        };
    if (limits) server.maxConnections = limits.maxConnections;
    server.listen({ host: config.host, port: config.port });
    await once(server, 'listening');
    certificates?.start();
    return new DedicatedListener(server, certificates, graceMs);
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

async function secured(
  tls: CertificateFiles,
  {
    name,
    app,
    logger,
    limits,
    certificateCheckMs = CERTIFICATE_CHECK_MS,
  }: DedicatedListenerOptions,
): Promise<{ server: SecureServer; certificates: BackgroundLoop }> {
  let current = await readCertificate(tls);
  const server = createSecureServer({ ...current, ...timeoutsOf(limits) }, app);
  let told: string | undefined;
  const watchExpiry = () => {
    const notice = expiryNotice(current.cert, new Date());
    if (notice && notice !== told) {
      logger.warn(`The certificate of ${name} ${notice}: ${tls.certFile}`);
    }
    told = notice;
  };
  watchExpiry();
  const certificates = new BackgroundLoop({
    name: `Reading the certificate of ${name}`,
    intervalMs: certificateCheckMs,
    logger,
    run: async () => {
      const read = await readCertificate(tls);
      if (read.cert !== current.cert || read.key !== current.key) {
        server.setSecureContext(read);
        current = read;
        logger.info(`There is a new certificate for ${name}`);
      }
      watchExpiry();
    },
  });
  return { server, certificates };
}

function timeoutsOf(limits: ListenerLimits | undefined) {
  if (!limits) return {};
  const { requestTimeoutMs } = limits;
  return {
    handshakeTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    // How often the others are looked at; by default each 30 s.
    connectionsCheckingInterval: Math.min(requestTimeoutMs, 1_000),
  };
}

async function readCertificate({ certFile, keyFile }: CertificateFiles) {
  const [cert, key] = await Promise.all([
    readFile(certFile, 'utf8'),
    readFile(keyFile, 'utf8'),
  ]);
  return { cert, key };
}
