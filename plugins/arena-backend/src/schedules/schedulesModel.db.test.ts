import {
  CronExpression,
  scheduledFires,
} from '@backstage-arena/plugin-arena-common/schedule';
import { databases } from '../__testUtils__/databases';
import { applyMigrations } from '../database/applyMigrations';
import { configureDatabase } from '../database/configureDatabase';
import { ScheduleWorld } from './__testUtils__/ScheduleWorld';

/** `npm run check:schedules` runs a year of fifty schedules on both databases, which takes long. */
const ALL = process.env.ARENA_SCHEDULES === 'all';
const DAYS = ALL ? 365 : 8;
const SCHEDULES = ALL ? 50 : 6;

jest.setTimeout(ALL ? 4 * 3_600_000 : 120_000);

/** Clocks go back in Europe on the 25th, and in America a week later. */
const START = ALL ? '2026-01-01T00:00:00Z' : '2026-10-22T00:00:00Z';
const CRONS = [
  '0 2 * * *',
  '30 2 * * *',
  '15 * * * *',
  '*/20 8-18 * * 1-5',
  '0 0,6,12,18 * * *',
  '45 1 * * SUN',
  '10 3 1,15 * *',
];
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
];
const POLICIES = ['Forbid', 'Allow', 'Replace'];
const CATCH_UP = ['none', 'latest', 'all'];

/** Numbers from 0 to below 1, always the same ones for a seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

describe.each(databases.eachSupportedId())('schedules on %s', id => {
  it(`account for every fire of ${DAYS} days once, through restarts, jumps of the clock, suspensions and slow runs`, async () => {
    const knex = await databases.init(id);
    await configureDatabase(knex);
    await applyMigrations(knex);
    const world = new ScheduleWorld(knex, START);
    const random = numbers(ALL ? 1 : 2);
    const pick = <T>(list: readonly T[]) =>
      list[Math.floor(random() * list.length)];
    const schedules = Array.from({ length: SCHEDULES }, (_, n) => ({
      name: `s-${n}`,
      cron: CRONS[n % CRONS.length],
      timezone: pick(ZONES),
      concurrencyPolicy: pick(POLICIES),
      catchUp: pick(CATCH_UP),
      ...(random() < 0.3 && { startingDeadlineSeconds: 7_200 }),
    }));
    const suspended = new Set<string>();
    const everSuspended = new Set<string>();
    /** When each wants to be looked at; as the queue of the reconciler knows it. */
    const lookAt = new Map<string, number>();
    const look = async (name: string) => {
      lookAt.set(name, await world.look(name));
    };
    let latest = world.now;
    for (const { name, ...schedule } of schedules) {
      await world.create(name, schedule);
      await look(name);
    }
    const end = world.now + DAYS * 86_400_000;
    while (world.now < end) {
      // Mostly a few minutes; at times everything is down for hours, and the clock is wrong.
      const chance = random();
      const jump = chance < 0.02 ? 180 * (random() * 2 - 1) : 0;
      const down = chance < 0.05 ? 600 * random() : 0;
      world.move(Math.round(1 + 40 * random() + down + jump));
      latest = Math.max(latest, world.now);
      if (random() < 0.05) {
        world.restart();
        lookAt.clear();
      }
      for (const { name, ...schedule } of schedules) {
        if (random() < 0.005) {
          if (!suspended.delete(name)) suspended.add(name);
          everSuspended.add(name);
          const suspend = suspended.has(name);
          await world.edit(name, { schedule: { ...schedule, suspend } });
          lookAt.delete(name);
        }
        if ((lookAt.get(name) ?? 0) > world.now) continue;
        if (random() < 0.1) {
          await Promise.allSettled(
            [world.controller, world.restart()].map(controller =>
              controller.reconcile({ namespace: 'default', name }),
            ),
          );
        }
        await look(name);
      }
      for (const child of await world.active()) {
        if (random() > 0.3) continue;
        await world.end(child.metadata.name);
        await look(world.controller.affectedBy(child)[0].name);
      }
    }
    // What is caught up with runs one after the other.
    do {
      await world.endAll();
      for (const { name } of schedules) await look(name);
    } while ((await world.active()).length > 0);

    expect(new Set(world.created).size).toBe(world.created.length);
    for (const { name, cron, timezone, ...schedule } of schedules) {
      const { metadata } = await world.job(name);
      const due = firesBetween(
        cron,
        timezone,
        Date.parse(metadata.creationTimestamp) + 1,
        latest,
      );
      const handled = await world.handled(name);
      // Each is in one row, and each row begins and ends with one.
      let next = 0;
      for (const { firstAt, lastAt, count } of handled) {
        const expected = [due[next], due[next + count - 1]];
        expect([name, firstAt, lastAt]).toEqual([name, ...expected]);
        next += count;
      }
      // Unless the clock was wrong when it ended, nothing is left.
      expect(due.slice(next).filter(at => at <= world.now)).toEqual([]);
      const started = handled.flatMap(({ child }) => child ?? []);
      const created = world.created.filter(
        child => child.startsWith(`${name}-`) && child !== name,
      );
      expect(created.sort()).toEqual(started.sort());
      const impossible = [
        ...(schedule.concurrencyPolicy === 'Forbid' ? [] : ['Forbidden']),
        ...(schedule.catchUp === 'all' ? ['Missed'] : []),
        ...(schedule.startingDeadlineSeconds ? [] : ['DeadlineExceeded']),
        ...(everSuspended.has(name) ? [] : ['Suspended']),
        'Refused',
      ];
      // Who may always start, and catches up, starts something for whatever was due at once.
      const mayStart =
        schedule.concurrencyPolicy === 'Allow' &&
        schedule.catchUp !== 'none' &&
        !schedule.startingDeadlineSeconds &&
        !everSuspended.has(name);
      const wrong = handled.filter(
        ({ outcome }, index) =>
          outcome !== 'Started' && handled[index + 1]?.outcome !== 'Started',
      );
      expect(mayStart ? wrong : []).toEqual([]);
      expect(
        handled.filter(
          ({ outcome, child, message }) =>
            impossible.includes(outcome) || !(child || message),
        ),
      ).toEqual([]);
    }
  });
});

function firesBetween(
  cron: string,
  timezone: string,
  from: number,
  to: number,
): number[] {
  const expression = CronExpression.parse(cron);
  const due: number[] = [];
  for (const { at } of scheduledFires({
    expression,
    timezone,
    from: new Date(from),
  })) {
    if (at.getTime() > to) break;
    due.push(at.getTime());
  }
  return due;
}
