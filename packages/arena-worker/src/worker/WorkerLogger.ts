import { secretForms } from '@backstage-arena/plugin-arena-common/run';

/** One JSON object a line. */
export interface WorkerLogger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

export interface WorkerLoggerOptions {
  /** Added to every line. */
  fields?: Record<string, unknown>;
  /** Texts that must never appear in a line. */
  secrets?: readonly string[];
  verbose?: () => boolean;
  write?: (line: string) => void;
}

/** Shorter texts are no secrets, and replacing them would garble every line. */
const SHORTEST_SECRET = 6;

/** Logs to standard error, so that standard output stays free. */
export function createWorkerLogger(
  options: WorkerLoggerOptions = {},
): WorkerLogger {
  const { fields = {}, verbose = () => false } = options;
  const write = options.write ?? (line => process.stderr.write(line));
  const secrets = secretForms(
    (options.secrets ?? []).filter(secret => secret.length >= SHORTEST_SECRET),
  );

  const log = (
    level: string,
    message: string,
    more?: Record<string, unknown>,
  ) => {
    let line = JSON.stringify({
      timestamp: new Date().toISOString(),
      level,
      message,
      ...fields,
      ...more,
    });
    for (const secret of secrets) line = line.replaceAll(secret, '[redacted]');
    write(`${line}\n`);
  };

  return {
    debug: (message, more) => {
      if (verbose()) log('debug', message, more);
    },
    info: (message, more) => log('info', message, more),
    warn: (message, more) => log('warn', message, more),
    error: (message, more) => log('error', message, more),
  };
}
