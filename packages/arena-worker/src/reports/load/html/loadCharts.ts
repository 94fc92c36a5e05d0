import {
  AUDIT_LIMITS,
  LoadReport,
  LoadSeriesRow,
} from '@backstage-arena/plugin-arena-common/load';
import { Chart, ChartFrame, ChartLimit, ChartLine } from './charts/Chart';
import { load } from './format';

type Value = (row: LoadSeriesRow) => number | undefined;

/** The time axis of all charts. */
export function loadChartFrame(
  report: LoadReport,
  rows: readonly LoadSeriesRow[],
): ChartFrame {
  const end = secondsOf(rows);
  return {
    end,
    stages: report.stages
      .filter(({ startMs }) => startMs / 1_000 < end)
      .map(stage => ({
        start: stage.startMs / 1_000,
        end: Math.min(end, stage.endMs / 1_000),
        label: stage.measured ? load(stage, report.profile.mode) : 'warm-up',
        isWarmUp: !stage.measured,
      })),
  };
}

/**
 * What the seconds of a load test show.
 *
 * @param rows - in order of time, one or more
 */
export function loadCharts(
  report: LoadReport,
  rows: readonly LoadSeriesRow[],
): Chart[] {
  const { profile, cost } = report;
  const { slo } = profile;
  const line = (
    name: string,
    colour: ChartLine['colour'],
    value: Value,
  ): ChartLine => ({ name, colour, points: pointsOf(rows, value) });
  const some = (value: Value) => rows.some(row => value(row) !== undefined);
  const charts: Array<Chart | false> = [
    {
      title: 'Rate',
      unit: 'conversations per second',
      lines: [
        ...(some(({ target }) => target)
          ? [line('target', 'plan', ({ target }) => target)]
          : []),
        line('sent', 'one', ({ sent }) => sent),
        line('completed', 'two', ({ completed }) => completed),
      ],
    },
    some(({ latencyP50 }) => latencyP50) && {
      title: 'Latency',
      unit: 'ms, from the intended start',
      lines: [
        line('p99', 'three', ({ latencyP99 }) => latencyP99),
        line('p90', 'two', ({ latencyP90 }) => latencyP90),
        line('p50', 'one', ({ latencyP50 }) => latencyP50),
      ],
      limits: serviceLevel(slo.latencyMs),
    },
    some(({ ttftP50 }) => ttftP50) && {
      title: 'Time to first token',
      unit: 'ms',
      lines: [
        line('p99', 'three', ({ ttftP99 }) => ttftP99),
        line('p50', 'one', ({ ttftP50 }) => ttftP50),
      ],
      limits: serviceLevel(slo.ttftMs),
    },
    {
      title: 'Errors and drops',
      unit: 'per second',
      lines: [
        line('failed', 'bad', row => row.completed - row.succeeded),
        line('429', 'warn', ({ rateLimited }) => rateLimited),
        line('dropped', 'lost', ({ dropped }) => dropped),
      ],
      note: 'Failed and dropped are conversations, 429 are calls.',
    },
    {
      title: 'In flight',
      unit: 'conversations',
      lines: [line('in flight', 'one', ({ inFlight }) => inFlight)],
    },
    some(
      ({ inputTokens, outputTokens }) =>
        inputTokens + outputTokens || undefined,
    ) && {
      title: 'Tokens',
      unit: 'per second',
      lines: [
        line('input', 'one', ({ inputTokens }) => inputTokens),
        line('output', 'two', ({ outputTokens }) => outputTokens),
      ],
    },
    (cost.total > 0 || cost.limit !== undefined) && {
      title: 'Cost so far',
      unit: cost.currency,
      lines: [
        line(
          'cost',
          'one',
          sumOf(({ cost: amount }) => amount),
        ),
      ],
      limits:
        cost.limit === undefined ? [] : [{ name: 'budget', value: cost.limit }],
    },
    some(({ latenessP99 }) => latenessP99) && {
      title: 'Lateness of sending, p99',
      unit: 'ms',
      lines: [line('lateness', 'one', ({ latenessP99 }) => latenessP99)],
      limits: [
        { name: 'suspect above', value: AUDIT_LIMITS.latenessP99Ms[0] },
        { name: 'invalid above', value: AUDIT_LIMITS.latenessP99Ms[1] },
      ],
      note: 'The audit judges the 99th percentile of a whole stage.',
    },
    report.workers.length > 1 && {
      title: 'Workers',
      unit: 'that reported the second',
      lines: [line('workers', 'one', ({ workers }) => workers)],
    },
  ];
  return charts.filter(chart => chart !== false);
}

function serviceLevel(value: number | undefined): ChartLimit[] {
  return value === undefined ? [] : [{ name: 'service level', value }];
}

/** A point for each second, in its middle; a second that nobody reported is a gap. */
function pointsOf(
  rows: readonly LoadSeriesRow[],
  value: Value,
): ChartLine['points'] {
  const points = Array.from(
    { length: secondsOf(rows) },
    (_, second): [number, number | undefined] => [second + 0.5, undefined],
  );
  for (const row of rows) points[row.second][1] = value(row);
  return points;
}

/** Up to the end of the last second; rows are in order. */
function secondsOf(rows: readonly LoadSeriesRow[]): number {
  return rows[rows.length - 1].second + 1;
}

/** To be asked once for each row, in order. */
function sumOf(value: (row: LoadSeriesRow) => number): Value {
  let sum = 0;
  return row => {
    sum += value(row);
    return sum;
  };
}
