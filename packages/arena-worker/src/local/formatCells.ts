import {
  LatencyStatistics,
  RunCellStatistics,
} from '@backstage-arena/plugin-arena-common';
import { formatTable } from '../portal/table';

const HEADER = [
  'SCENARIO',
  'PROVIDER',
  'CLASS',
  'PASSED',
  '95% INTERVAL',
  'PASS@K',
  'PASS^K',
  'SCORE',
  'P50/P95/P99 MS',
  'TTFT P50/P95/P99 MS',
];

/** Statistics of cells as a table; columns that no cell has are left out. */
export function formatCells(cells: readonly RunCellStatistics[]): string {
  const rows = cells.map(cell => [
    cell.scenario,
    cell.provider,
    cell.class ?? '-',
    passed(cell),
    cell.interval
      ? `${percent(cell.interval.low)}-${percent(cell.interval.high)}`
      : '-',
    ...chances(cell),
    score(cell),
    latency(cell.duration),
    latency(cell.ttft),
  ]);
  const used = HEADER.map((_, i) => rows.some(row => row[i] !== '-'));
  const keep = (row: readonly string[]) => row.filter((_, i) => used[i]);
  return formatTable(keep(HEADER), rows.map(keep));
}

function passed({ judged, passed: count, unjudged }: RunCellStatistics) {
  const errors = unjudged > 0 ? ` (+${unjudged} errored)` : '';
  return `${count}/${judged}${errors}`;
}

function chances({ trials }: RunCellStatistics): [string, string] {
  const last = trials[trials.length - 1];
  if (!last) return ['-', '-'];
  return [
    `${percent(last.passAtK)} (k=${last.k})`,
    `${percent(last.passHatK)} (k=${last.k})`,
  ];
}

function score({ score: scores }: RunCellStatistics): string {
  if (!scores) return '-';
  const { mean, standardDeviation: deviation } = scores;
  return deviation === undefined
    ? mean.toFixed(2)
    : `${mean.toFixed(2)}±${deviation.toFixed(2)}`;
}

function latency(values: LatencyStatistics | undefined): string {
  if (!values) return '-';
  const { p50, p95, p99 } = values;
  return [p50, p95, p99].map(ms => Math.round(ms)).join('/');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
