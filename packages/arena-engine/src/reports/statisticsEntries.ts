import {
  CellStatistics,
  LatencyStatistics,
} from '@backstage-arena/plugin-arena-common';

/** The statistics of a cell as names and values. What is not known is left out. */
export function statisticsEntries(
  cell: CellStatistics,
): Array<[string, string | number]> {
  const entries: Array<[string, string | number | undefined]> = [
    ['items', cell.items],
    ['judged', cell.judged],
    ['unjudged', cell.unjudged],
    ['passed', cell.passed],
    ['class', cell.class],
    ['passRate', round(cell.passRate)],
    ['passRate.low', round(cell.interval?.low)],
    ['passRate.high', round(cell.interval?.high)],
    ...cell.trials.flatMap(
      ({ k, passAtK, passHatK }): Array<[string, number | undefined]> => [
        [`pass@${k}`, round(passAtK)],
        [`pass^${k}`, round(passHatK)],
      ],
    ),
    ['score.mean', round(cell.score?.mean)],
    ['score.standardDeviation', round(cell.score?.standardDeviation)],
    ...latencyEntries('durationMs', cell.duration),
    ...latencyEntries('ttftMs', cell.ttft),
  ];
  return entries.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
}

function latencyEntries(
  name: string,
  latency: LatencyStatistics | undefined,
): Array<[string, number | undefined]> {
  return (['p50', 'p90', 'p95', 'p99'] as const).map(level => [
    `${name}.${level}`,
    round(latency?.[level], 3),
  ]);
}

function round(value: number | undefined, digits = 4): number | undefined {
  return value === undefined ? undefined : Number(value.toFixed(digits));
}
