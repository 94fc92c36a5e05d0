import { runArena } from '../__testUtils__/spawnArena';

jest.setTimeout(60_000);

const preview = (...args: string[]) =>
  runArena(['schedule', 'preview', ...args]);

describe('arena schedule preview', () => {
  it('prints when a schedule fires, as JSON on request', async () => {
    const { code, stdout } = await preview(
      ...['--cron', '30 2 * * *', '--timezone', 'Europe/Berlin'],
      ...['--from', '2026-03-28T12:00:00Z', '--count', '2'],
      ...['--output', 'json'],
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      fires: [
        {
          at: '2026-03-29T01:00:00.000Z',
          local: '2026-03-29T03:00:00+02:00[Europe/Berlin]',
          notes: [
            '02:30 does not exist on this day, as clocks go from 02:00 to 03:00: fires right after',
          ],
        },
        {
          at: '2026-03-30T00:30:00.000Z',
          local: '2026-03-30T02:30:00+02:00[Europe/Berlin]',
          notes: [],
        },
      ],
    });
  });

  it('prints a table, or that it never fires', async () => {
    const [table, never] = await Promise.all([
      preview('--cron', '@daily', '--from', '2026-11-26', '--count', '1'),
      preview('--cron', '0 0 30 2 *'),
    ]);
    expect(table.stdout).toBe(
      [
        'UTC                        LOCAL                            NOTES',
        '2026-11-26T00:00:00.000Z   2026-11-26T00:00:00+00:00[UTC]',
        '',
      ].join('\n'),
    );
    expect(never.stdout).toBe('It never fires: there is no such date\n');
  });

  it.each([
    [
      ['--cron', '61 * * * *'],
      1,
      "error: --cron: '61 * * * *' the minute '61' is out of range; allowed are 0 to 59",
    ],
    [
      ['--cron', '@daily', '--timezone', 'Europe/Berln'],
      1,
      'error: --timezone: \'Europe/Berln\' must be an IANA time zone such as UTC or America/New_York; did you mean "Europe/Berlin"?',
    ],
    [
      ['--cron', '@daily', '--from', '2026-03-29T00:00:00'],
      2,
      "error: --from: '2026-03-29T00:00:00' is not a moment",
    ],
    [['--cron', '@daily', '--count', '0'], 2, "error: --count: '0' is not"],
    [[], 2, "error: required option '--cron <line>' not specified"],
  ])('refuses %j', async (args, status, message) => {
    const { code, stderr } = await preview(...args);
    expect([code, stderr]).toEqual([status, expect.stringContaining(message)]);
  });
});
