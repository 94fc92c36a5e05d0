import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReportItem } from '@backstage-arena/arena-engine';
import { reportRow } from '../__testUtils__/reportRow';
import { writeReports } from './writeReports';

async function* from(rows: ReportItem[]) {
  yield* rows;
}

describe('writeReports', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'arena-reports-'));
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  const write = (rows: ReportItem[], formats: string[]) =>
    writeReports({ rows: from(rows), formats, directory, title: 't' });

  it('writes a table of cells beside that of items, when cells have several', async () => {
    const { reports, summary } = await write(
      [reportRow(), reportRow({ index: 1, trial: 1, status: 'failed' })],
      ['csv', 'markdown'],
    );
    expect(reports.map(({ name }) => name)).toEqual([
      'results.csv',
      'statistics.csv',
      'results.md',
    ]);
    expect((await readdir(directory)).sort()).toEqual([
      'results.csv',
      'results.md',
      'statistics.csv',
    ]);
    expect(summary.classes).toEqual({ stable: 0, flaky: 1, broken: 0 });
    expect(await readFile(join(directory, 'statistics.csv'), 'utf8')).toContain(
      'greets,one,2,2,0,1,flaky,0.5',
    );
  });

  it('leaves no table of cells, nor an old one, when each cell has one item', async () => {
    await writeFile(join(directory, 'statistics.csv'), 'of an earlier run');
    const { reports } = await write([reportRow()], ['csv']);
    expect(reports.map(({ name }) => name)).toEqual(['results.csv']);
    expect(await readdir(directory)).toEqual(['results.csv']);
  });

  it('refuses what is no format, and leaves nothing behind', async () => {
    await expect(write([reportRow()], ['json', 'statistics'])).rejects.toThrow(
      "The report format 'statistics' is not known: allowed are json, jsonl, junit, csv, markdown, html",
    );
    expect(await readdir(directory)).toEqual([]);
  });
});
