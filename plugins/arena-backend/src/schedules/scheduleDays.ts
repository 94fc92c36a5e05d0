import {
  ArenaJob,
  HandledFires,
  ScheduleDay,
  ScheduleDays,
  SkippedFires,
} from '@backstage-arena/plugin-arena-common';
import { localDate } from '@backstage-arena/plugin-arena-common/schedule';
import { giveWay } from '../time/giveWay';
import { Expression } from './expressionOf';
import { scheduleOf } from './readSchedule';
import { ScheduleHistory } from './ScheduleHistory';
import { timedFires } from './timedFires';

const PAGE_SIZE = 1_000;
/** Shorter than any day, on which clocks may go forward. */
const HALF_DAY_MS = 43_200_000;
/** Rows that stand for more times are not taken apart. */
const MAX_COUNTED = 20_000;
const FIRES_PER_TURN = 2_000;

/**
 * What became of the times at which a job was due, by days in the time zone of its schedule.
 *
 * @param options.from - the first moment, in milliseconds since the epoch
 * @param options.to - the moment after the last one
 * @throws ConflictError when it has no schedule
 */
export async function scheduleDays(
  job: ArenaJob,
  options: {
    history: Pick<ScheduleHistory, 'list' | 'knownFrom'>;
    from: number;
    to: number;
  },
): Promise<ScheduleDays> {
  const { history, from, to } = options;
  const schedule = scheduleOf(job);
  const { timezone } = schedule;
  const days = new Map<string, ScheduleDay>();
  const dayOf = (date: string): ScheduleDay => {
    const day = days.get(date) ?? emptyDay(date);
    days.set(date, day);
    return day;
  };
  let before: number | undefined = to;
  while (before !== undefined) {
    const fires: HandledFires[] = await history.list(job.metadata.uid, {
      limit: PAGE_SIZE,
      before,
    });
    for (const fire of fires) {
      if (fire.lastAt < from) continue;
      if (fire.outcome === 'Started') {
        const day = dayOf(localDate(fire.firstAt, timezone));
        day.started[fire.result ?? 'Running'] += 1;
        continue;
      }
      const { outcome, message } = fire;
      const dates = await datesOf(job, schedule, fire, { from, to });
      for (const [date, count] of dates) {
        addSkipped(dayOf(date), { outcome, message, count });
      }
    }
    const last = fires[fires.length - 1];
    // One that began before may reach into the stretch; only the latest of them can.
    const isDone = fires.length < PAGE_SIZE || last.lastAt < from;
    before = isDone ? undefined : last.firstAt;
    await giveWay();
  }
  return {
    timezone,
    knownFrom: (await history.knownFrom(job.metadata.uid)) ?? to,
    days: [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1)),
  };
}

/** The days of a stretch on which fires were skipped together, with how many there were on each, where the schedule still says so. */
async function datesOf(
  job: ArenaJob,
  schedule: Expression,
  { firstAt, lastAt, count }: HandledFires,
  { from, to }: { from: number; to: number },
): Promise<Map<string, number | undefined>> {
  const { timezone } = schedule;
  const first = localDate(firstAt, timezone);
  const last = localDate(lastAt, timezone);
  const isWithin = firstAt >= from && lastAt < to;
  if (isWithin && first === last) return new Map([[first, count]]);
  const dates = new Map<string, number | undefined>();
  if (count <= MAX_COUNTED) {
    let counted = 0;
    for (const { at } of timedFires(job, schedule, new Date(firstAt))) {
      if (at.getTime() > lastAt || counted > count) break;
      counted += 1;
      if (counted % FIRES_PER_TURN === 0) await giveWay();
      if (at.getTime() < from || at.getTime() >= to) continue;
      const date = localDate(at.getTime(), timezone);
      dates.set(date, (dates.get(date) ?? 0) + 1);
    }
    if (counted === count) return dates;
  }
  // The schedule was another one then: all that is known is that it was due from then until then.
  dates.clear();
  const end = Math.min(lastAt, to - 1);
  for (let ms = Math.max(firstAt, from); ms < end; ms += HALF_DAY_MS) {
    dates.set(localDate(ms, timezone), undefined);
  }
  return dates.set(localDate(end, timezone), undefined);
}

function addSkipped(day: ScheduleDay, skipped: SkippedFires): void {
  const known = day.skipped.find(({ outcome }) => outcome === skipped.outcome);
  // The latest comes first: its message stays.
  if (!known) day.skipped.push(skipped);
  else if (known.count !== undefined && skipped.count !== undefined) {
    known.count += skipped.count;
  } else known.count = undefined;
}

function emptyDay(date: string): ScheduleDay {
  return {
    date,
    started: { Succeeded: 0, Failed: 0, Cancelled: 0, Running: 0, Unknown: 0 },
    skipped: [],
  };
}
