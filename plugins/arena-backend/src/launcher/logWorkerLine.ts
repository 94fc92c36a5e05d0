import { LoggerService } from '@backstage/backend-plugin-api';
import { JsonObject, JsonValue } from '@backstage/types';

/** How a line of a worker is logged. It writes debug lines for jobs that ask for them, which are to be seen then. */
const LEVELS = new Map<unknown, 'info' | 'warn' | 'error'>([
  ['debug', 'info'],
  ['info', 'info'],
  ['warn', 'warn'],
  ['error', 'error'],
]);

/**
 * Logs a line that a worker wrote: its own ones at their level, with their fields as `details`. Anything else is not from the worker itself, and a
 * warning when it came on standard error.
 */
export function logWorkerLine(
  logger: LoggerService,
  line: string,
  stream: 'stdout' | 'stderr',
): void {
  const own = readOwn(line);
  if (own) {
    logger[own.level](own.message, own.fields);
  } else if (stream === 'stderr') {
    logger.warn(line);
  } else {
    logger.info(line);
  }
}

function readOwn(line: string) {
  const value = parse(line);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return undefined;
  }
  // The logger knows of which worker and run it is.
  const {
    level,
    message,
    timestamp: _timestamp,
    runId: _runId,
    workerId: _workerId,
    ...details
  }: JsonObject = value;
  const known = LEVELS.get(level);
  if (!known || typeof message !== 'string') return undefined;
  const hasMore = Object.keys(details).length > 0;
  return { level: known, message, fields: hasMore ? { details } : undefined };
}

function parse(line: string): JsonValue | undefined {
  try {
    return JSON.parse(line);
  } catch {
    // Not a line of its own.
    return undefined;
  }
}
