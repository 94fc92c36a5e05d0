import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReportItem } from '@backstage-arena/arena-engine';
import { writeReports } from './writeReports';

function row(index: number, values: Partial<ReportItem> = {}): ReportItem {
  return {
    index,
    scenario: 'greets',
    provider: 'one',
    region: 'default',
    variant: 0,
    trial: 0,
    attempt: 1,
    status: 'passed',
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 100,
    checksTotal: 1,
    checksFailed: 0,
    turns: 1,
    toolCalls: 0,
    inputTokens: 10,
    outputTokens: 20,
    cachedTokens: 0,
    cost: 0,
    ...values,
  };
}

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
      [row(0), row(1, { trial: 1, status: 'failed' })],
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
    const { reports } = await write([row(0)], ['csv']);
    expect(reports.map(({ name }) => name)).toEqual(['results.csv']);
    expect(await readdir(directory)).toEqual(['results.csv']);
  });

  it('refuses what is no format, and leaves nothing behind', async () => {
    await expect(write([row(0)], ['json', 'statistics'])).rejects.toThrow(
      "The report format 'statistics' is not known: allowed are json, junit, csv, markdown",
    );
    expect(await readdir(directory)).toEqual([]);
  });
});
