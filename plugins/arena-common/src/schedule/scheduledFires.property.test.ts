import fc from 'fast-check';
import { cronLines, numbers } from './__testUtils__/cronLines';
import { MinutesAround, zoneChanges } from './__testUtils__/firesByBruteForce';
import { CronExpression } from './CronExpression';
import { scheduledFires } from './scheduledFires';

/** `npm run check:schedules` looks at everything, which takes long. */
const ALL = process.env.ARENA_SCHEDULES === 'all';
const SAMPLE = 8;

jest.setTimeout(ALL ? 4 * 3_600_000 : 60_000);

function firesOf(text: string, timezone: string, from: number, to: number) {
  const found: number[] = [];
  const expression = CronExpression.parse(text);
  for (const { at } of scheduledFires({
    expression,
    timezone,
    from: new Date(from),
  })) {
    if (at.getTime() >= to) break;
    found.push(at.getTime());
  }
  return found;
}

describe('scheduledFires, and every minute around changes of the clock', () => {
  const lines = cronLines(200, 7);
  const changes = zoneChanges(2020, 2037);
  const random = numbers(11);
  const chosen = ALL
    ? changes
    : Array.from(
        { length: SAMPLE },
        () => changes[Math.floor(random() * changes.length)],
      );

  it('knows zones that change', () => {
    expect(changes.length).toBeGreaterThan(1_000);
  });

  it.each(chosen.map(change => [new Date(change.at).toISOString(), change]))(
    'agree at %s',
    (_, change) => {
      const around = new MinutesAround(change);
      for (const line of lines) {
        const { from, to } = around;
        const expected = around.fires(line);
        const found = firesOf(line.text, change.zone, from, to);
        if (JSON.stringify(found) === JSON.stringify(expected)) continue;
        expect([line.text, change.zone, ...found.map(iso)]).toEqual([
          line.text,
          change.zone,
          ...expected.map(iso),
        ]);
      }
    },
  );
});

describe('scheduledFires', () => {
  it('says the same wherever it begins, and goes forward', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...cronLines(100, 3).map(({ text }) => text)),
        fc.constantFrom(
          'UTC',
          'Europe/Berlin',
          'America/New_York',
          'Australia/Lord_Howe',
          'Africa/Casablanca',
          'America/Santiago',
        ),
        fc.integer({
          min: Date.UTC(2020, 0) / 60_000,
          max: Date.UTC(2037, 0) / 60_000,
        }),
        fc.integer({ min: 0, max: 5 * 1_440 }),
        (text, zone, minute, later) => {
          const from = minute * 60_000;
          const middle = from + later * 60_000;
          const to = from + 10 * 86_400_000;
          const all = firesOf(text, zone, from, to);
          expect(firesOf(text, zone, middle, to)).toEqual(
            all.filter(ms => ms >= middle),
          );
          expect([...new Set(all)].sort((a, b) => a - b)).toEqual(all);
        },
      ),
      { numRuns: 150, seed: 5 },
    );
  });
});

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
