import { ReportItem } from '@backstage-arena/arena-engine';
import { reportRow } from '../__testUtils__/reportRow';
import { CellList, MAX_LISTED } from './CellList';
import { formatCells } from './formatCells';

function listOf(rows: ReportItem[]) {
  const list = new CellList();
  rows.forEach(one => list.add(one));
  return list.end();
}

const trials = (scenario: string, ...statuses: Array<ReportItem['status']>) =>
  statuses.map((status, trial) => reportRow({ scenario, status, trial }));

describe('the cells of a local run', () => {
  it('are those with more than one item', () => {
    const { listed, more } = listOf([
      ...trials('a', 'passed', 'failed'),
      ...trials('b', 'passed'),
    ]);
    expect(listed.map(({ scenario }) => scenario)).toEqual(['a']);
    expect(more).toBe(0);
  });

  it('show first what is not stable, when there are many', () => {
    const rows = Array.from({ length: MAX_LISTED + 10 }, (_, i) =>
      trials(`s${i}`, 'passed', i === MAX_LISTED + 5 ? 'failed' : 'passed'),
    ).flat();
    const { listed, more } = listOf(rows);
    expect(listed.map(({ scenario }) => scenario)).toEqual([
      `s${MAX_LISTED + 5}`,
    ]);
    expect(more).toBe(MAX_LISTED + 9);
  });

  it('are a table of the columns that have something', () => {
    const { listed } = listOf([
      reportRow({ score: 1 }),
      reportRow({ trial: 1, status: 'failed', score: 0.5, durationMs: 300 }),
      reportRow({
        trial: 2,
        status: 'errored',
        error: { class: 'timeout', message: 'slow', retryable: true },
      }),
    ]);
    const [header, line] = formatCells(listed).split('\n');
    expect(header.split(/ {2,}/)).toEqual([
      'SCENARIO',
      'PROVIDER',
      'CLASS',
      'PASSED',
      '95% INTERVAL',
      'PASS@K',
      'PASS^K',
      'SCORE',
      'P50/P95/P99 MS',
    ]);
    expect(line.split(/ {2,}/)).toEqual([
      'greets',
      'one',
      'flaky',
      '1/2 (+1 errored)',
      '9.5%-90.5%',
      '100.0% (k=2)',
      '0.0% (k=2)',
      '0.75±0.35',
      '100/300/300',
    ]);
  });
});
