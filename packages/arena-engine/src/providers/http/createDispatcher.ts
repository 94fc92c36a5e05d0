import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { metadataPolicy } from './metadataPolicy';

export interface DispatcherOptions {
  /** Scheme, host and port. */
  origin: string;
  /** Most connections; default: as many as there are calls. */
  maxConnections?: number;
  /** The same, as far as nothing else is said: how many calls there will be at most. */
  poolSize?: number;
  idleConnectionMs: number;
}

const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY'];

/**
 * The connections of one provider: its own pool, through the proxy that the environment names.
 *
 * @throws AddressRefusedError for an address at which a cloud hands out credentials.
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  metadataPolicy.check(new URL(options.origin));
  const ca = extraCertificates();
  // A connection is free again only some time after its answer; without a limit others would be opened meanwhile.
  const connections = options.maxConnections || options.poolSize;
  const common = {
    keepAliveTimeout: options.idleConnectionMs,
    keepAliveMaxTimeout: options.idleConnectionMs,
    ...(connections ? { connections } : {}),
    connect: { lookup: metadataPolicy.lookup, ...(ca ? { ca } : {}) },
  };
  // A pool of its own spends less on each call than an agent that may be asked for any address.
  return usesProxy()
    ? new EnvHttpProxyAgent({
        ...common,
        ...(ca ? { requestTls: { ca }, proxyTls: { ca } } : {}),
      })
    : new Pool(options.origin, common);
}

function usesProxy(): boolean {
  return PROXY_VARIABLES.some(
    name => process.env[name] || process.env[name.toLowerCase()],
  );
}

/** Node honours NODE_EXTRA_CA_CERTS by itself; SSL_CERT_FILE is what most other tools know. */
function extraCertificates(): string[] | undefined {
  const file = process.env.SSL_CERT_FILE;
  return file
    ? [...getCACertificates('default'), readFileSync(file, 'utf8')]
    : undefined;
}
