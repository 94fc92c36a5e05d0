import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  formatMetrics,
  LOAD_SERIES_COLUMNS,
  loadMetrics,
  loadReportSchema,
} from '@backstage-arena/plugin-arena-common/load';
import { loadReportHtml } from './html/loadReportHtml';
import { makeLoadTest, series } from './__testUtils__/loadReport';
import { writeLoadReports } from './writeLoadReports';

const TEST = makeLoadTest(
  Array.from({ length: 10 }, () => ({
    providers: { p: series(Array.from({ length: 20 }, (_, i) => i + 1)) },
  })),
);

async function* from<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

describe('the files of a load test', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'arena-load-reports-'));
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  const read = (name: string) => readFile(join(directory, name), 'utf8');

  it('hold the report, the series and what workers reported', async () => {
    const { report, rows, batches } = TEST;
    const written = await writeLoadReports({
      directory,
      report,
      rows: from(rows),
      batches: from(batches),
    });
    expect(written.map(({ name }) => name)).toEqual([
      'loadtest.json',
      'loadtest.html',
      'loadtest.prom',
      'loadtest-series.jsonl',
      'loadtest-series.csv',
    ]);
    expect((await readdir(directory)).sort()).toEqual(
      written.map(({ name }) => name).sort(),
    );
    expect(written.map(({ path }) => path)).toEqual(
      written.map(({ name }) => join(directory, name)),
    );
    expect(
      loadReportSchema.parse(JSON.parse(await read('loadtest.json'))),
    ).toEqual(report);
    expect(await read('loadtest-series.jsonl')).toBe(`${batches.join('\n')}\n`);
    expect(await read('loadtest.html')).toBe(loadReportHtml(report, rows));
    expect(await read('loadtest.prom')).toBe(
      formatMetrics(loadMetrics(report)),
    );
    const [header, first, ...more] = (await read('loadtest-series.csv'))
      .trim()
      .split('\n');
    expect(header.split(',')).toEqual(LOAD_SERIES_COLUMNS);
    expect(first).toMatch(/^0,20,1,20,20,20,0,0,20,3,/);
    expect(more).toHaveLength(9);
  });

  it('are whole when nothing was sent', async () => {
    const { report, rows, batches } = makeLoadTest([]);
    await writeLoadReports({
      directory,
      report,
      rows: from(rows),
      batches: from(batches),
    });
    expect(await read('loadtest-series.csv')).toBe(
      `${LOAD_SERIES_COLUMNS.join(',')}\n`,
    );
    expect(await read('loadtest-series.jsonl')).toBe('');
  });

  it.each(['rows', 'batches'] as const)(
    'are not there at all when the %s break off',
    async broken => {
      const { report, rows, batches } = TEST;
      async function* breaksOff<T>(values: readonly T[]): AsyncGenerator<T> {
        yield values[0];
        throw new Error('broke off');
      }
      const writing = writeLoadReports({
        directory,
        report,
        rows: broken === 'rows' ? breaksOff(rows) : from(rows),
        batches: broken === 'batches' ? breaksOff(batches) : from(batches),
      });
      await expect(writing).rejects.toThrow('broke off');
      expect(await readdir(directory)).toEqual([]);
    },
  );
});
