import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findTool } from '../binary/findTool';
import { freePort } from '../process/freePort';
import { endChild } from '../process/endChild';
import { until } from '../process/until';
import { createCertificate } from '../tls/createCertificate';

/** Options of {@link startRegistry}. @public */
export interface RegistryOptions {
  /** Without TLS. */
  plain?: boolean;
  /** Where it sends clients for tokens, and how it knows them. Default: everyone may do everything. */
  token?: {
    realm: string;
    service: string;
    issuer: string;
    /** PEM of the certificate whose key signs tokens. */
    certificate: string;
  };
}

/** A registry for artifacts of OCI. @public */
export interface RegistryServer {
  /** `localhost:<port>` */
  host: string;
  /** `http` or `https` */
  url: string;
  /** PEM of the CA that signed its certificate. Empty without TLS. */
  ca: string;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 20_000;

/** Why no registry can be started here, or undefined when one can. @public */
export function whyNoRegistry(): string | undefined {
  const missing = ['docker-registry', 'openssl'].filter(
    name => !findTool(name),
  );
  return missing.length > 0
    ? `not installed: ${missing.join(', ')} (Debian: ${missing.join(', ')})`
    : undefined;
}

/**
 * Starts the registry of the distribution project, as Debian packages it, on the loopback interface, with empty storage.
 *
 * @public
 */
export async function startRegistry(
  options: RegistryOptions = {},
): Promise<RegistryServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'arena-registry-'));
  const port = await freePort();
  const host = `localhost:${port}`;
  const { certificate } = await createCertificate(folder);
  const { token, plain = false } = options;
  if (token) await writeFile(path.join(folder, 'token.crt'), token.certificate);
  const config = {
    version: '0.1',
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: path.join(folder, 'data') } },
    http: {
      addr: `127.0.0.1:${port}`,
      secret: 'of tests',
      ...(!plain && {
        tls: {
          certificate: path.join(folder, 'tls.crt'),
          key: path.join(folder, 'tls.key'),
        },
      }),
    },
    ...(token && {
      auth: {
        token: {
          realm: token.realm,
          service: token.service,
          issuer: token.issuer,
          rootcertbundle: path.join(folder, 'token.crt'),
        },
      },
    }),
  };
  // JSON is YAML.
  const file = path.join(folder, 'config.yml');
  await writeFile(file, JSON.stringify(config));
  const child = spawn(findTool('docker-registry')!, ['serve', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, HOME: folder, OTEL_TRACES_EXPORTER: 'none' },
  });
  let said = '';
  child.stderr!.on('data', chunk => (said = (said + chunk).slice(-4_000)));
  const stop = async () => {
    await endChild(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until('the registry', START_TIMEOUT_MS, async () => {
      if (child.exitCode !== null) throw new Error(said);
      return isListening(port);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    host,
    url: `${plain ? 'http' : 'https'}://${host}`,
    ca: plain ? '' : certificate,
    stop,
  };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}
