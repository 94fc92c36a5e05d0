import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { resolve } from 'node:path';
import { checkKeys } from './checkKeys';

/** PEM files, absolute. */
export interface CertificateFiles {
  certFile: string;
  keyFile: string;
}

/** A server besides the portal's. */
export interface ListenerConfig {
  /** Absent: all addresses of the machine. */
  host?: string;
  port: number;
  /** Absent: plain HTTP. */
  tls?: CertificateFiles;
}

/**
 * Reads where a server of its own listens.
 *
 * @param section - path of the configuration, for example `arena.workers.listen`
 * @throws InputError naming the key, its value and what is allowed
 */
export function readListener(
  config: Config | undefined,
  section: string,
  options: { workingDirectory: string },
): ListenerConfig | undefined {
  if (!config) return undefined;
  checkKeys(config, section, ['host', 'port', 'tls']);
  const port = config.getNumber('port');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InputError(
      `Invalid value in config at ${section}.port: ${port} is not a whole number from 0 to 65535`,
    );
  }
  const tls = config.getOptionalConfig('tls');
  if (tls) checkKeys(tls, `${section}.tls`, ['certFile', 'keyFile']);
  return {
    host: config.getOptionalString('host'),
    port,
    tls: tls && {
      certFile: resolve(options.workingDirectory, tls.getString('certFile')),
      keyFile: resolve(options.workingDirectory, tls.getString('keyFile')),
    },
  };
}
