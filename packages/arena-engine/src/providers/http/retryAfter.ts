import { IncomingHttpHeaders } from 'node:http';
import { goDurationMs } from '../../util/goDuration';
import { list, object, text } from './read';

/** Seconds since the epoch begin here; anything less is a number of seconds from now. */
const EPOCH_SECONDS = 1_000_000_000;

/**
 * How long a provider asks to be left alone, in milliseconds: from `Retry-After` (seconds or a date), from the reset of a
 * limit that is used up, or from the body (Google).
 */
export function retryAfterMs(
  headers: IncomingHttpHeaders,
  body?: unknown,
): number | undefined {
  const header = (name: string) => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  const milliseconds = Number(header('retry-after-ms') || NaN);
  if (milliseconds >= 0) return milliseconds;
  const after = header('retry-after');
  if (after !== undefined) return fromText(after);
  for (const limit of ['requests', 'tokens']) {
    if (header(`x-ratelimit-remaining-${limit}`) === '0') {
      const reset = header(`x-ratelimit-reset-${limit}`);
      if (reset !== undefined) return fromText(reset);
    }
  }
  const reset = header('x-ratelimit-reset');
  if (reset !== undefined) return fromText(reset);
  const details = list(object(object(body)?.error)?.details);
  for (const detail of details) {
    const delay = goDurationMs(text(object(detail)?.retryDelay));
    if (delay !== undefined) return delay;
  }
  return undefined;
}

function fromText(value: string): number | undefined {
  const seconds = Number(value);
  if (value.trim() !== '' && seconds >= 0) {
    return seconds > EPOCH_SECONDS
      ? Math.max(0, seconds * 1_000 - Date.now())
      : seconds * 1_000;
  }
  const duration = goDurationMs(value);
  if (duration !== undefined) return duration;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
