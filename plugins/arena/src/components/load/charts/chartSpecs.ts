import { LoadReport, LoadState } from '@backstage-arena/plugin-arena-common';
import { formatMoney, formatMs, formatNumber } from '../../../load/formatLoad';
import { LoadSeries, SeriesColumn } from '../../../load/LoadSeries';

/** Colours of lines; each is a custom property of the charts, light and dark. */
export type LineColor = 'grey' | 'blue' | 'green' | 'orange' | 'purple' | 'red';

/** What a line shows: a column, or the same value at all times. */
export interface LineSpec {
  id: SeriesColumn | 'budget';
  color: LineColor;
  dashed?: boolean;
  /** Filled down to the axis. */
  filled?: boolean;
}

/** One chart of a load test. */
export interface ChartSpec {
  id:
    | 'rate'
    | 'latency'
    | 'ttft'
    | 'errors'
    | 'inFlight'
    | 'tokens'
    | 'cost'
    | 'lateness';
  lines: readonly LineSpec[];
  format: (value: number) => string;
  /** Pairs of lines whose room between them is filled. */
  bands?: ReadonlyArray<readonly [upper: number, lower: number]>;
}

/** The charts that say something about a test: what cannot occur in it has none. */
export function chartsOf(options: {
  profile: Pick<LoadState['profile'], 'mode' | 'budgetLimit'>;
  /** Replies are streamed. */
  hasTtft: boolean;
  currency: LoadReport['cost']['currency'];
}): ChartSpec[] {
  const { profile, hasTtft, currency } = options;
  const isOpen = profile.mode === 'open';
  const charts: Array<ChartSpec | false> = [
    {
      id: 'rate',
      format: formatNumber,
      lines: [
        { id: 'sent', color: 'blue' },
        { id: 'completed', color: 'purple' },
        { id: 'good', color: 'green' },
        ...(isOpen
          ? [{ id: 'target', color: 'grey', dashed: true } as const]
          : []),
      ],
    },
    {
      id: 'latency',
      format: formatMs,
      lines: [
        { id: 'latencyP99', color: 'red' },
        { id: 'latencyP90', color: 'orange' },
        { id: 'latencyP50', color: 'blue' },
      ],
      bands: [
        [1, 2],
        [2, 3],
      ],
    },
    hasTtft && {
      id: 'ttft',
      format: formatMs,
      lines: [
        { id: 'ttftP99', color: 'red' },
        { id: 'ttftP50', color: 'blue' },
      ],
      bands: [[1, 2]],
    },
    {
      id: 'errors',
      format: formatNumber,
      lines: [
        { id: 'failed', color: 'red', filled: true },
        { id: 'rateLimited', color: 'purple' },
        { id: 'dropped', color: 'orange' },
      ],
    },
    {
      id: 'inFlight',
      format: formatNumber,
      lines: [{ id: 'inFlight', color: 'blue', filled: true }],
    },
    {
      id: 'tokens',
      format: formatNumber,
      lines: [
        { id: 'inputTokens', color: 'purple' },
        { id: 'outputTokens', color: 'green' },
      ],
    },
    {
      id: 'cost',
      format: value => formatMoney(value, currency),
      lines: [
        { id: 'spent', color: 'blue', filled: true },
        ...(profile.budgetLimit === undefined
          ? []
          : [{ id: 'budget', color: 'red', dashed: true } as const]),
      ],
    },
    isOpen && {
      id: 'lateness',
      format: formatMs,
      lines: [{ id: 'latenessP99', color: 'orange', filled: true }],
    },
  ];
  return charts.filter((chart): chart is ChartSpec => chart !== false);
}

/** Values of a line, one for each second that is shown. */
export function valuesOf(
  line: LineSpec,
  series: LoadSeries,
  budget: number | undefined,
): Array<number | null> {
  return line.id === 'budget'
    ? new Array<number | null>(series.shown).fill(budget ?? null)
    : series.column(line.id).slice(0, series.shown);
}

/** What a point of several seconds shows: a sum as it is at the end, the worst of a 99th percentile, else the mean. */
export function mergeOf({ id }: LineSpec): 'last' | 'max' | 'mean' {
  if (id === 'spent' || id === 'budget') return 'last';
  return id.endsWith('P99') ? 'max' : 'mean';
}
