import { LoggerService } from '@backstage/backend-plugin-api';
import { JsonObject, JsonValue } from '@backstage/types';

type Level = 'info' | 'warn' | 'error';

/** How a line of a worker is logged. It writes debug lines for jobs that ask for them, which are to be seen then. */
const LEVELS = new Map<unknown, Level>([
  ['debug', 'info'],
  ['info', 'info'],
  ['warn', 'warn'],
  ['error', 'error'],
]);
/** The beginning of a line that was too long to be handed on whole. */
const BEGINNING = /^\{"timestamp":"[^"]*","level":"(\w+)"/;
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;

/**
 * Logs a line that a worker wrote: its own ones at their level, with their fields as `details`. Anything else is of what runs in its process, and
 * a warning when it came on standard error.
 */
export function logWorkerLine(
  logger: LoggerService,
  line: string,
  stream: 'stdout' | 'stderr',
): void {
  const own = readOwn(line);
  if (own) {
    logger[own.level](own.message, own.fields);
  } else {
    const [, level] = BEGINNING.exec(line) ?? [];
    logger[LEVELS.get(level) ?? (stream === 'stderr' ? 'warn' : 'info')](line);
  }
}

function readOwn(
  line: string,
): { level: Level; message: string; fields?: JsonObject } | undefined {
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
  return {
    level: known,
    message: escapeControls(message),
    ...(Object.keys(details).length > 0 && { fields: { details } }),
  };
}

/** Texts of others are part of messages: in a log of plain text they must not begin lines, nor speak to a terminal. */
function escapeControls(text: string): string {
  return text.replace(
    CONTROL,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function parse(line: string): JsonValue | undefined {
  try {
    return JSON.parse(line);
  } catch {
    // Not a line of its own, or not the whole of one.
    return undefined;
  }
}
