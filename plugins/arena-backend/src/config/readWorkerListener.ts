import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { resolve } from 'node:path';
import { checkKeys } from './checkKeys';

/** A server of its own for workers. */
export interface WorkerListenerConfig {
  /** Absent: all addresses of the machine. */
  host?: string;
  port: number;
  /** PEM files, absolute. Absent: plain HTTP. */
  tls?: { certFile: string; keyFile: string };
}

const SECTION = 'arena.workers.listen';

/** Reads `arena.workers.listen`. */
export function readWorkerListener(
  config: Config | undefined,
  options: { workingDirectory: string },
): WorkerListenerConfig | undefined {
  if (!config) return undefined;
  checkKeys(config, SECTION, ['host', 'port', 'tls']);
  const port = config.getNumber('port');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InputError(
      `Invalid value in config at ${SECTION}.port: ${port} is not a whole number from 0 to 65535`,
    );
  }
  const tls = config.getOptionalConfig('tls');
  if (tls) checkKeys(tls, `${SECTION}.tls`, ['certFile', 'keyFile']);
  return {
    host: config.getOptionalString('host'),
    port,
    tls: tls && {
      certFile: resolve(options.workingDirectory, tls.getString('certFile')),
      keyFile: resolve(options.workingDirectory, tls.getString('keyFile')),
    },
  };
}
