import { ZoneOffsets } from './ZoneOffsets';

/**
 * The day that calendars of a time zone show at a moment, for example `2026-11-26`.
 *
 * @param ms - milliseconds since the epoch
 * @throws InputError when there is no such time zone
 * @public
 */
export function localDate(ms: number, timezone: string): string {
  const offsetMs = ZoneOffsets.of(timezone).offsetAt(ms);
  return new Date(ms + offsetMs).toISOString().slice(0, 10);
}
