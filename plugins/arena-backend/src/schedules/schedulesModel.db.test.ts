import { FireOutcome } from '@backstage-arena/plugin-arena-common';
import { databases } from '../__testUtils__/databases';
import { migratedDatabase } from '../__testUtils__/migratedDatabase';
import { dueByTheClock, KnownLine } from './__testUtils__/everyMinute';
import { ScheduleOracle, ScheduleRules } from './__testUtils__/ScheduleOracle';
import { ScheduleWorld } from './__testUtils__/ScheduleWorld';

/** `npm run check:schedules` runs a year of fifty schedules on both databases, which takes long. */
const ALL = process.env.ARENA_SCHEDULES === 'all';
const DAYS = ALL ? 365 : 8;
const SCHEDULES = ALL ? 50 : 9;
const DAY_MS = 86_400_000;

jest.setTimeout(ALL ? 4 * 3_600_000 : 120_000);

/** Clocks go back in Europe on the 25th, and in America a week later. */
const START = ALL ? '2026-01-01T00:00:00Z' : '2026-10-24T00:00:00Z';

const fixed = (cron: string, matches: KnownLine['matches']): KnownLine => ({
  cron,
  followsWallTime: false,
  matches,
});
const wall = (cron: string, matches: KnownLine['matches']): KnownLine => ({
  cron,
  followsWallTime: true,
  matches,
});
const LINES: readonly KnownLine[] = [
  wall('15 * * * *', ({ minute }) => minute === 15),
  fixed('30 2 * * *', ({ hour, minute }) => hour === 2 && minute === 30),
  fixed('0 2 * * *', ({ hour, minute }) => hour === 2 && minute === 0),
  wall('*/20 9 * * 1-5', ({ weekday, hour, minute }) =>
    [weekday >= 1 && weekday <= 5, hour === 9, minute % 20 === 0].every(
      Boolean,
    ),
  ),
  fixed('0 1,13 * * *', ({ hour, minute }) => hour % 12 === 1 && minute === 0),
  wall('5 */6 * * *', ({ hour, minute }) => hour % 6 === 0 && minute === 5),
  fixed('45 1 * * SUN', ({ weekday, hour, minute }) =>
    [weekday === 0, hour === 1, minute === 45].every(Boolean),
  ),
  fixed('10 3 1,15 * *', ({ day, hour, minute }) =>
    [day === 1 || day === 15, hour === 3, minute === 10].every(Boolean),
  ),
];
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
];
const POLICIES = ['Forbid', 'Allow', 'Replace'] as const;
const CATCH_UP = ['none', 'latest', 'all'] as const;

interface ModelSchedule {
  name: string;
  line: KnownLine;
  timezone: string;
  rules: ScheduleRules;
  isSuspended: boolean;
  isCancelled: boolean;
  oracle: ScheduleOracle;
}

/** Numbers from 0 to below 1, always the same ones for a seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** All times, by time zone and line. */
function dueTimes(start: number): Map<string, number[][]> {
  return new Map(
    ZONES.map(timezone => [
      timezone,
      dueByTheClock(LINES, {
        timezone,
        from: start,
        // The clock is wrong by hours at times, also at the end.
        to: start + (DAYS + 3) * DAY_MS,
      }),
    ]),
  );
}

/** Every policy with every way to catch up, one with each line in turn. */
function schedulesOf(
  start: number,
  due: Map<string, number[][]>,
  random: () => number,
): ModelSchedule[] {
  return Array.from({ length: SCHEDULES }, (_, n) => {
    // One that is due every hour is enough.
    const index = n === 0 ? 0 : 1 + (n % (LINES.length - 1));
    const timezone = ZONES[Math.floor(random() * ZONES.length)];
    const rules = {
      concurrencyPolicy: POLICIES[n % 3],
      catchUp: CATCH_UP[Math.floor(n / 3) % 3],
      ...(random() < 0.3 && { startingDeadlineSeconds: 7_200 }),
    };
    return {
      name: `s-${n}`,
      line: LINES[index],
      timezone,
      rules,
      isSuspended: false,
      isCancelled: false,
      // A job that was created at a time at which it is due is not behind by that.
      oracle: new ScheduleOracle(
        due.get(timezone)![index].filter(at => at > start),
        rules,
      ),
    };
  });
}

describe.each(databases.eachSupportedId())('schedules on %s', id => {
  it(`start exactly what the rules name in ${DAYS} days, through restarts, crashes, jumps of the clock, edits, suspensions, cancellations and slow runs`, async () => {
    const knex = await migratedDatabase(id);
    const world = new ScheduleWorld(knex, START, {
      // Often enough for this clock, which is asked before each look.
      longestTimerMs: DAY_MS,
    });
    const random = numbers(ALL ? 1 : 2);
    const due = dueTimes(world.now);
    const schedules = schedulesOf(world.now, due, random);
    const byName = new Map(schedules.map(each => [each.name, each]));
    /** When each wants to be looked at; as the queue of the reconciler knows it. */
    const lookAt = new Map<string, number>();
    const look = async (name: string) => {
      lookAt.set(name, await world.look(name));
    };
    const specOf = ({ line, timezone, rules, isSuspended }: ModelSchedule) => ({
      cron: line.cron,
      timezone,
      suspend: isSuspended,
      ...rules,
    });
    const end = async (child: string) => {
      const { parent, at } = await world.end(child);
      byName.get(parent)!.oracle.end(at);
      byName.get(parent)!.oracle.look(world.now);
      await look(parent);
    };
    for (const schedule of schedules) {
      await world.create(schedule.name, specOf(schedule));
      await look(schedule.name);
    }
    const compare = async ({
      name,
      line,
      timezone,
      rules,
      oracle,
    }: ModelSchedule) => {
      const expected = [...oracle.outcomes].map(([at, outcome]) =>
        [new Date(at).toISOString(), outcome].join(' '),
      );
      const told = await world.toldEach(name, [...oracle.outcomes.keys()]);
      const about = [name, line.cron, timezone, JSON.stringify(rules)];
      expect([...about, ...told]).toEqual([...about, ...expected]);
    };
    const begin = world.now;
    let compared = 0;
    let backward = 0;
    let edited = 0;
    while (world.now < begin + DAYS * DAY_MS) {
      const days = Math.floor((world.now - begin) / DAY_MS);
      if (ALL && days >= compared + 10) {
        // Whoever waits for hours wants to know early.
        for (const schedule of schedules) await compare(schedule);
        compared = days;
        process.stderr.write(
          `${id}: ${days} days, ${world.created.length} jobs\n`,
        );
      }
      // Mostly timers are exact; at times everything is down for hours, or the clock is wrong.
      const chance = random();
      const isWrong = chance < 0.03;
      const jump = isWrong ? 180 * (random() * 2 - 1) : 0;
      const down = !isWrong && chance < 0.06 ? 600 * random() : 0;
      const minutes = 1 + 60 * random() + down + jump;
      const then = world.now + Math.round(60 * minutes) * 1_000;
      if (then < world.now) {
        backward += 1;
        // Everything is looked at every hour, so that this is seen.
        lookAt.clear();
      }
      const next = Math.min(
        ...schedules.map(each => each.oracle.next(world.now)),
      );
      const isExact = chance > 0.2;
      world.moveTo(isExact ? Math.min(then, next) : then);
      if (random() < 0.05) {
        world.restart();
        lookAt.clear();
      }
      for (const [n, schedule] of schedules.entries()) {
        const { name, oracle } = schedule;
        const what = random();
        if (!schedule.isCancelled && n % 4 === 1 && days >= 0.9 * DAYS) {
          schedule.isCancelled = true;
          await world.edit(name, { cancelled: true });
          oracle.change([], world.now);
          lookAt.delete(name);
        } else if (schedule.isCancelled) {
          // Nothing about it changes any more.
        } else if (what < 0.002) {
          const line = 1 + Math.floor(random() * (LINES.length - 1));
          const timezone = ZONES[Math.floor(random() * ZONES.length)];
          const isAnother =
            LINES[line] !== schedule.line || timezone !== schedule.timezone;
          Object.assign(schedule, { line: LINES[line], timezone });
          await world.edit(name, { schedule: specOf(schedule) });
          if (isAnother) oracle.change(due.get(timezone)![line], world.now);
          edited += 1;
          lookAt.delete(name);
        } else if (what < 0.004) {
          schedule.isSuspended = !schedule.isSuspended;
          await world.edit(name, { schedule: specOf(schedule) });
          oracle.suspend(schedule.isSuspended);
          lookAt.delete(name);
        }
        // Whether or not the schedule knows that it is time.
        oracle.look(world.now);
        if ((lookAt.get(name) ?? 0) > world.now) continue;
        if (random() < 0.1) {
          await Promise.allSettled(
            [world.controller, world.restart()].map(controller =>
              controller.reconcile({ namespace: 'default', name }),
            ),
          );
        }
        if (random() < 0.05) await world.crash(name);
        await look(name);
      }
      for (const child of [...world.running]) {
        if (random() < 0.3) await end(child);
      }
    }
    // What is caught up with runs one after the other.
    while (world.running.size > 0) {
      for (const child of [...world.running]) await end(child);
    }

    const seen = new Map<FireOutcome, number>();
    for (const schedule of schedules) {
      await compare(schedule);
      const { name, oracle } = schedule;
      for (const outcome of oracle.outcomes.values()) {
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      }
      // Every run has its record, and every record its run or its reason.
      const handled = await world.handled(name);
      const started = handled.flatMap(({ child }) => child ?? []);
      const created = world.created.filter(child =>
        child.startsWith(`${name}-`),
      );
      expect(created.sort()).toEqual(started.sort());
      expect(
        handled.filter(({ child, message }) => !child && !message),
      ).toEqual([]);
      const results = handled.filter(({ child }) => child);
      expect(results.filter(({ result }) => result !== 'Succeeded')).toEqual(
        [],
      );
    }
    expect(backward).toBeGreaterThan(0);
    expect(edited).toBeGreaterThan(0);
    expect(new Set(world.created).size).toBe(world.created.length);
    // The rules were all put to the test.
    expect([...seen.keys()].sort()).toEqual([
      'DeadlineExceeded',
      'Forbidden',
      'Missed',
      'Started',
      'Suspended',
    ]);
    if (ALL) process.stderr.write(`${id}: ${JSON.stringify([...seen])}\n`);
  });
});
