import { CronExpression } from './CronExpression';
import { localMinutes } from './localMinutes';
import { OffsetSpan, ZoneOffsets } from './ZoneOffsets';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** What has not fired for so long never does: 29 February falls on a given day of the week every 40 years at the latest. */
const HORIZON_YEARS = 41;
/** How far back a change of the clock may still matter. */
const LOOK_BACK_MS = 2 * DAY_MS;

/** A moment at which a schedule is due. @public */
export interface ScheduledFire {
  /** The beginning of a minute. */
  at: Date;
  /** Local time with its offset and zone, for example `2026-03-29T03:00:00+02:00[Europe/Berlin]` (RFC 9557). */
  local: string;
  /** What changes of the clock have to do with it, in words; mostly empty. */
  notes: string[];
}

/** Options of {@link scheduledFires}. @public */
export interface ScheduledFiresOptions {
  expression: CronExpression;
  /** IANA name. */
  timezone: string;
  /** Fires at this moment or later. */
  from: Date;
}

/**
 * The moments at which a schedule is due, in order and without end; of an expression that never fires, none.
 *
 * @remarks
 * As in Vixie cron, a line whose minute or hour begins with `*` follows wall time: it fires whenever a clock on the wall shows a time that it names. Any
 * other names fixed times, each of which happens once: the first time when clocks go back over it, and in the first minute after the change when they
 * go forward over it, once for all times in one gap.
 *
 * @throws InputError when there is no such time zone
 * @public
 */
export function* scheduledFires(
  options: ScheduledFiresOptions,
): Generator<ScheduledFire, void> {
  const { expression, timezone } = options;
  const fromMs = Math.ceil(options.from.getTime() / MINUTE_MS) * MINUTE_MS;
  let giveUpMs = yearsAfter(fromMs);
  const spans = ZoneOffsets.of(timezone).spans(fromMs - LOOK_BACK_MS);
  let current = spans.next().value as OffsetSpan;
  /** Local time until which clocks have shown everything. */
  let shownMs = current.startMs + current.offsetMs;
  for (;;) {
    const next = spans.next().value as OffsetSpan;
    const { startMs, offsetMs } = current;
    if (startMs > giveUpMs) return;
    for (const { local, note } of firesIn(expression, current, next, shownMs)) {
      const ms = local - offsetMs;
      if (ms < fromMs) continue;
      giveUpMs = yearsAfter(ms);
      yield {
        at: new Date(ms),
        local: printLocal(local, offsetMs, timezone),
        notes: note === undefined ? [] : [note],
      };
    }
    shownMs = Math.max(shownMs, current.endMs + offsetMs);
    current = next;
  }
}

/** What fires between two changes of the clock. Times are local. */
function* firesIn(
  expression: CronExpression,
  span: OffsetSpan,
  next: OffsetSpan,
  shownMs: number,
): Generator<{ local: number; note?: string }, void> {
  const isFixed = !expression.followsWallTime;
  const start = span.startMs + span.offsetMs;
  const end = span.endMs + span.offsetMs;
  const [skipped] =
    isFixed && start > shownMs ? localMinutes(expression, shownMs, start) : [];
  if (skipped !== undefined) {
    yield {
      local: start,
      note: `${clock(
        skipped,
      )} does not exist on this day, as clocks go from ${clock(
        shownMs,
      )} to ${clock(start)}: fires right after`,
    };
  }
  const repeatedFrom = end + next.offsetMs - span.offsetMs;
  const first = isFixed ? Math.max(start, shownMs) : start;
  for (const local of localMinutes(expression, first, end)) {
    // One fire for all that was skipped, and what is due at that moment anyway.
    if (skipped !== undefined && local === start) continue;
    if (local < shownMs) {
      yield { local, note: `the second ${clock(local)} of this day` };
    } else if (local >= repeatedFrom) {
      const which = isFixed ? ': fires the first time alone' : '';
      yield { local, note: `${clock(local)} comes twice on this day${which}` };
    } else {
      yield { local };
    }
  }
}

function yearsAfter(ms: number): number {
  return Date.UTC(new Date(ms).getUTCFullYear() + HORIZON_YEARS, 0);
}

function clock(local: number): string {
  return new Date(local).toISOString().slice(11, 16);
}

function printLocal(local: number, offsetMs: number, zone: string): string {
  const minutes = Math.abs(Math.round(offsetMs / MINUTE_MS));
  const two = (value: number) => String(value).padStart(2, '0');
  const offset = `${offsetMs < 0 ? '-' : '+'}${two(
    Math.floor(minutes / 60),
  )}:${two(minutes % 60)}`;
  return `${new Date(local).toISOString().slice(0, 19)}${offset}[${zone}]`;
}
