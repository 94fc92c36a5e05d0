import { previewFires } from './previewFires';

const options = {
  job: { namespace: 'default', name: 'nightly' },
  from: new Date('2026-03-28T12:00:00Z'),
  count: 2,
};

describe('previewFires', () => {
  it('says when a line is due, and what clocks have to do with it', () => {
    const { fires, ...problems } = previewFires(
      { cron: '30 2 * * *', timezone: 'Europe/Berlin' },
      options,
    );
    expect(problems).toEqual({});
    expect(fires.map(({ local }) => local.slice(0, 16))).toEqual([
      '2026-03-29T03:00',
      '2026-03-30T02:30',
    ]);
    expect(fires[0].notes[0]).toMatch(/^02:30 does not exist on this day/);
  });

  it.each([
    ['61 * * * *', 'UTC', "the minute '61' is out of range"],
    ['0 0 30 2 *', 'UTC', 'there is no such date'],
    ['0 0', 'UTC', 'must have five fields'],
  ])('says what is wrong with %j', (cron, timezone, problem) => {
    expect(previewFires({ cron, timezone }, options)).toMatchObject({
      cronProblem: expect.stringContaining(problem),
      fires: [],
    });
  });

  it('says what is wrong with a time zone', () => {
    expect(
      previewFires({ cron: '@daily', timezone: 'Europe/Berln' }, options),
    ).toMatchObject({
      timezoneProblem: expect.stringContaining('"Europe/Berlin"'),
      fires: [],
    });
  });
});
