import {
  LatencyStatistics,
  RunCellStatistics,
} from '@backstage-arena/plugin-arena-common';
import { markdownHead, markdownRow, markdownText } from './markdownText';

/** Statistics of cells as a table of Markdown. */
export const cellsTable = {
  head: markdownHead([
    'Scenario',
    'Provider',
    'Class',
    'Pass rate (95 % interval)',
    'pass@k',
    'pass^k',
    'Score',
    'Duration p50 / p95 / p99',
    'First token p50 / p95 / p99',
  ]),

  row(cell: RunCellStatistics): string {
    const last = cell.trials[cell.trials.length - 1];
    return markdownRow([
      markdownText(cell.scenario),
      markdownText(cell.provider),
      cell.class ?? '–',
      passRate(cell),
      last ? `${percent(last.passAtK)} (k = ${last.k})` : '–',
      last ? `${percent(last.passHatK)} (k = ${last.k})` : '–',
      score(cell),
      latency(cell.duration),
      latency(cell.ttft),
    ]);
  },
};

function passRate(cell: RunCellStatistics): string {
  const errors = cell.unjudged > 0 ? `, ${cell.unjudged} without verdict` : '';
  const { passRate: rate, interval } = cell;
  if (rate === undefined || !interval) return `–${errors}`;
  return `${cell.passed}/${cell.judged} = ${percent(rate)} (${percent(
    interval.low,
  )} – ${percent(interval.high)})${errors}`;
}

function score({ score: scores }: RunCellStatistics): string {
  if (!scores) return '–';
  const { mean, standardDeviation: deviation } = scores;
  return deviation === undefined
    ? mean.toFixed(2)
    : `${mean.toFixed(2)} ± ${deviation.toFixed(2)}`;
}

function latency(values: LatencyStatistics | undefined): string {
  if (!values) return '–';
  const { p50, p95, p99 } = values;
  return `${[p50, p95, p99].map(ms => Math.round(ms)).join(' / ')} ms`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
