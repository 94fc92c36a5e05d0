const MINUTE_MS = 60_000;

/** What a clock on a wall shows. */
export interface WallTime {
  month: number;
  day: number;
  /** 0 is Sunday. */
  weekday: number;
  hour: number;
  minute: number;
}

/** A cron line with what it means, written down by hand and not by a parser. */
export interface KnownLine {
  cron: string;
  /** Minute or hour begins with a star. */
  followsWallTime: boolean;
  matches(time: WallTime): boolean;
}

/** The moments at which lines are due, found by looking at a clock of a time zone once a minute. */
export function dueByTheClock(
  lines: readonly KnownLine[],
  options: { timezone: string; from: number; to: number },
): number[][] {
  const { timezone, from, to } = options;
  const found = lines.map(() => new Set<number>());
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  /** The latest time that the clock has shown; as if it were UTC. */
  let latest: number | undefined;
  for (let now = from; now < to; now += MINUTE_MS) {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(now)) {
      part[type] = Number(value);
    }
    const shown = Date.UTC(
      part.year,
      part.month - 1,
      part.day,
      part.hour,
      part.minute,
    );
    // What the clock has left out is as good as now, and what it shows again is not new.
    const fresh: number[] = [];
    for (
      let time = (latest ?? shown - MINUTE_MS) + MINUTE_MS;
      time <= shown;
      time += MINUTE_MS
    ) {
      fresh.push(time);
    }
    latest = Math.max(latest ?? shown, shown);
    lines.forEach(({ followsWallTime, matches }, index) => {
      const times = followsWallTime ? [shown] : fresh;
      if (times.some(time => matches(wallTimeOf(time)))) found[index].add(now);
    });
  }
  return found.map(times => [...times]);
}

function wallTimeOf(shown: number): WallTime {
  const date = new Date(shown);
  return {
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
}
