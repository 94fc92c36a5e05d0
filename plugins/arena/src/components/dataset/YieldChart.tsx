import { useEffect, useId, useRef, useState } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { DatasetState } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatCount, formatPercent } from '../../lib/format';
import { formatClock } from '../../load/formatLoad';
import { chartColors, useThemeMode } from '../load/charts/chartColors';
import { chartOptions } from '../load/charts/chartOptions';
import { boundsOf } from '../load/charts/TimeWindow';
import { EmptyState, FiguresTable, SectionCard } from '../shared';
import charts from '../load/charts/Charts.module.css';
import styles from './Dataset.module.css';

const HEIGHT = 220;
const SPEC = {
  format: (value: number) => formatCount(Math.round(value)),
  lines: [
    { color: 'green', filled: true },
    { color: 'purple' },
    { color: 'grey', dashed: true },
  ],
} as const;
const NO_MARKERS = { list: [], warmUpSeconds: 0 };

/** Rows over time, beside the attempts that they took. */
export function YieldChart(props: { state: DatasetState }) {
  const { state } = props;
  const { t } = useArenaTranslation();
  return (
    <SectionCard title={t('dataset.chart.title')}>
      {state.history.length === 0 ? (
        <EmptyState
          title={t('dataset.chart.none')}
          description={t('dataset.chart.noneDescription')}
        />
      ) : (
        <>
          <Chart state={state} />
          <YieldTable state={state} />
        </>
      )}
    </SectionCard>
  );
}

/** Seconds since the first point, and what there was then. */
function pointsOf({ history }: DatasetState) {
  const start = history[0]?.at ?? 0;
  return history.map(({ at, rows, attempts }) => ({
    second: (at - start) / 1_000,
    rows,
    attempts,
  }));
}

function Chart(props: { state: DatasetState }) {
  const { state } = props;
  const { t } = useArenaTranslation();
  const host = useRef<HTMLDivElement>(null);
  const redraw = useRef(() => {});
  const latest = useRef(state);
  latest.current = state;
  const syncKey = useId();
  const mode = useThemeMode();

  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const data = (): UPlot.AlignedData => {
      const points = pointsOf(latest.current);
      return [
        points.map(({ second }) => second),
        points.map(({ rows }) => rows),
        points.map(({ attempts }) => attempts),
        points.map(() => latest.current.count),
      ];
    };
    const lastSecond = () => pointsOf(latest.current).pop()?.second ?? 0;
    const plot = new UPlot(
      chartOptions({
        spec: SPEC,
        labels: [
          t('dataset.chart.rows'),
          t('dataset.chart.attempts'),
          t('dataset.chart.wanted'),
        ],
        timeLabel: t('dataset.chart.time'),
        colors: chartColors(element),
        syncKey,
        width: element.clientWidth,
        height: HEIGHT,
        context: {
          bounds: () => boundsOf({ kind: 'all' }, lastSecond()),
          markers: () => NO_MARKERS,
          onSelect: () => {},
          onReset: () => {},
        },
      }),
      data(),
      element,
    );
    redraw.current = () => plot.setData(data());
    const observer =
      typeof ResizeObserver === 'undefined'
        ? undefined
        : new ResizeObserver(() =>
            plot.setSize({ width: element.clientWidth, height: HEIGHT }),
          );
    observer?.observe(element);
    return () => {
      observer?.disconnect();
      redraw.current = () => {};
      plot.destroy();
    };
  }, [syncKey, mode, t]);

  useEffect(() => redraw.current(), [state]);

  const last = pointsOf(state).pop();
  return (
    <div className={charts.charts}>
      <div
        ref={host}
        role="img"
        className={charts.chart}
        aria-label={t('dataset.chart.label', {
          rows: formatCount(state.rows),
          attempts: formatCount(state.attempts),
          wanted: formatCount(state.count),
          time: formatClock((last?.second ?? 0) * 1_000),
        })}
      />
    </div>
  );
}

const TABLE_ROWS = 40;

/** The same in numbers, for those who cannot use charts. Made when somebody opens it. */
function YieldTable(props: { state: DatasetState }) {
  const { t } = useArenaTranslation();
  const [isOpen, setOpen] = useState(false);
  const points = pointsOf(props.state);
  const step = Math.ceil(points.length / TABLE_ROWS);
  return (
    <details
      className={styles.details}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>{t('dataset.chart.table')}</summary>
      {isOpen && (
        <FiguresTable
          caption={t('dataset.chart.title')}
          rows={points.filter(
            (_, index) => index % step === 0 || index === points.length - 1,
          )}
          keyOf={({ second }) => second}
          columns={[
            {
              id: 'time',
              label: t('dataset.chart.time'),
              cell: ({ second }) => formatClock(second * 1_000),
            },
            {
              id: 'rows',
              label: t('dataset.chart.rows'),
              cell: ({ rows }) => formatCount(rows),
            },
            {
              id: 'attempts',
              label: t('dataset.chart.attempts'),
              cell: ({ attempts }) => formatCount(attempts),
            },
            {
              id: 'share',
              label: t('dataset.chart.share'),
              cell: ({ rows, attempts }) =>
                attempts === 0 ? '–' : formatPercent(rows / attempts),
            },
          ]}
        />
      )}
    </details>
  );
}
