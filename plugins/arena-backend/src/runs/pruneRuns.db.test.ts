import { databases } from '../__testUtils__/databases';
import { setupRuns, testRun } from '../__testUtils__/runs';
import { pruneRuns } from './pruneRuns';

jest.setTimeout(60_000);

const DAY_MS = 86_400_000;
const RUNS = 45;

describe.each(databases.eachSupportedId())('pruneRuns on %p', id => {
  async function setup() {
    const parts = await setupRuns(id);
    for (let n = 0; n < RUNS; n += 1) {
      const run = testRun({ id: `job-${n}-1`, jobUid: `job-${n}` });
      await parts.store.create(run);
      await parts.store.close(run.id, { outcome: 'Failed', finalize: false });
    }
    parts.clock.advance(10 * DAY_MS);
    return parts;
  }

  it('deletes all that is too old, however much it is', async () => {
    const { knex, clock } = await setup();
    expect(
      await pruneRuns(knex, clock, {
        transcriptDays: 5,
        resultDays: 20,
        kept: new Set(),
      }),
    ).toEqual({ transcripts: RUNS, runs: 0 });
    expect(
      await pruneRuns(knex, clock, {
        transcriptDays: 5,
        resultDays: 9,
        kept: new Set(),
      }),
    ).toEqual({ transcripts: 0, runs: RUNS });
    expect(await knex('runs').select('seq')).toEqual([]);
  });

  it('leaves what jobs are compared with, and everything while that is not known', async () => {
    const { knex, clock } = await setup();
    const days = { transcriptDays: 5, resultDays: 9 };
    expect(await pruneRuns(knex, clock, days)).toMatchObject({ runs: 0 });
    const kept = new Set(Array.from({ length: 30 }, (_, n) => `job-${n}-1`));
    expect(await pruneRuns(knex, clock, { ...days, kept })).toMatchObject({
      runs: RUNS - 30,
    });
    expect(await knex('runs').select('seq')).toHaveLength(30);
  });

  it('stops when it is told to', async () => {
    const { knex, clock } = await setup();
    const signal = AbortSignal.abort();
    expect(
      await pruneRuns(knex, clock, {
        transcriptDays: 5,
        resultDays: 9,
        kept: new Set(),
        signal,
      }),
    ).toEqual({ transcripts: 0, runs: 0 });
    expect(await knex('runs').select('seq')).toHaveLength(RUNS);
  });
});
