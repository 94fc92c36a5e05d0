import { InputError } from '@backstage/errors';
import { timezoneProblem } from './timezoneProblem';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A stretch of time in which clocks of a zone do not change. @internal */
export interface OffsetSpan {
  /** Milliseconds since the epoch; the first moment. */
  startMs: number;
  /** The moment at which clocks change. */
  endMs: number;
  /** To be added to UTC. */
  offsetMs: number;
}

/** How far the clocks of a time zone are from UTC, and when they change. @internal */
export class ZoneOffsets {
  private static readonly zones = new Map<string, ZoneOffsets>();

  private readonly format: Intl.DateTimeFormat;
  private readonly isUtc: boolean;
  /** Offsets at the beginnings of days: asking costs more than all else. */
  private readonly days = new Map<number, number>();

  /** @throws InputError when there is no such zone */
  static of(zone: string): ZoneOffsets {
    const known = this.zones.get(zone);
    if (known) return known;
    const offsets = new ZoneOffsets(zone);
    this.zones.set(zone, offsets);
    return offsets;
  }

  private constructor(zone: string) {
    const problem = timezoneProblem(zone);
    if (problem) throw new InputError(`the time zone '${zone}' ${problem}`);
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    this.isUtc = this.format.resolvedOptions().timeZone === 'UTC';
  }

  /** Milliseconds that are added to UTC at a moment. */
  offsetAt(ms: number): number {
    if (this.isUtc) return 0;
    const seconds = Math.floor(ms / 1_000) * 1_000;
    const parts = new Map(
      this.format
        .formatToParts(seconds)
        .map(({ type, value }) => [type, value]),
    );
    const part = (type: Intl.DateTimeFormatPartTypes) =>
      Number(parts.get(type));
    const local = new Date(0);
    local.setUTCFullYear(part('year'), part('month') - 1, part('day'));
    local.setUTCHours(part('hour'), part('minute'), part('second'));
    return local.getTime() - seconds;
  }

  /** The stretches from the one that a moment lies in, in order; those that are longer than a year come in parts. */
  *spans(fromMs: number): Generator<OffsetSpan> {
    let startMs = Math.floor(fromMs / MINUTE_MS) * MINUTE_MS;
    let offsetMs = this.offsetAt(startMs);
    for (;;) {
      let endMs = startMs;
      let next = offsetMs;
      let probed = startMs;
      for (let day = 0; day < 366 && next === offsetMs; day += 1) {
        probed = endMs;
        // The same moments each time, of which most are known.
        endMs = (Math.floor(endMs / DAY_MS) + 1) * DAY_MS;
        next = this.offsetOfDay(endMs);
      }
      if (next !== offsetMs) {
        endMs = this.changeBetween(probed, endMs, offsetMs);
        next = this.offsetAt(endMs);
      }
      yield { startMs, endMs, offsetMs };
      startMs = endMs;
      offsetMs = next;
    }
  }

  private offsetOfDay(ms: number): number {
    const known = this.days.get(ms);
    if (known !== undefined) return known;
    const offset = this.offsetAt(ms);
    this.days.set(ms, offset);
    return offset;
  }

  /** The minute at which the offset is no longer what it was. */
  private changeBetween(fromMs: number, toMs: number, before: number): number {
    let low = fromMs / MINUTE_MS;
    let high = toMs / MINUTE_MS;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.offsetAt(middle * MINUTE_MS) === before) low = middle;
      else high = middle;
    }
    return high * MINUTE_MS;
  }
}
