import { useState } from 'react';
import { useArenaTranslation } from '../../../hooks/useArenaTranslation';
import { formatClock } from '../../../load/formatLoad';
import { LoadSeries } from '../../../load/LoadSeries';
import { useSeriesVersion } from '../../../load/useLoadWatch';
import { FiguresTable } from '../../shared';
import { ChartSpec } from './chartSpecs';
import { summarize } from './summarize';
import { boundsOf, TimeWindow } from './TimeWindow';
import loadStyles from '../Load.module.css';

const ROWS = 60;
const STEPS = [1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 7_200];

/** The figures of all charts in words and numbers, for those who cannot use charts. Made when somebody opens it. */
export function SeriesTable(props: {
  series: LoadSeries;
  charts: readonly ChartSpec[];
  window: TimeWindow;
}) {
  const { t } = useArenaTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className={loadStyles.details}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>{t('load.charts.table')}</summary>
      {isOpen && <Rows {...props} />}
    </details>
  );
}

/** Of each stretch the last value of what adds up, else the highest. */
function Rows(props: {
  series: LoadSeries;
  charts: readonly ChartSpec[];
  window: TimeWindow;
}) {
  const { series, charts, window } = props;
  const { t } = useArenaTranslation();
  useSeriesVersion(series);
  const [from, to] = boundsOf(window, series.shown - 1);
  const end = Math.min(to, series.shown - 1);
  const step = STEPS.find(each => (end - from) / each <= ROWS) ?? 86_400;
  const starts: number[] = [];
  for (
    let start = Math.floor(from / step) * step;
    start <= end;
    start += step
  ) {
    starts.push(start);
  }
  const rows = starts.map(start => ({
    start,
    facts: charts.map(chart =>
      summarize(chart, series, {
        bounds: [Math.max(from, start), Math.min(start + step - 1, end)],
        budget: undefined,
      }),
    ),
  }));
  return (
    <FiguresTable
      caption={t('load.charts.tableCaption', {
        step: formatClock(step * 1_000),
      })}
      rows={rows}
      keyOf={({ start }) => start}
      columns={[
        {
          id: 'time',
          label: t('load.charts.time'),
          cell: ({ start }) => formatClock(start * 1_000),
        },
        ...charts.flatMap((chart, c) =>
          chart.lines.flatMap((line, l) =>
            line.id === 'budget'
              ? []
              : [
                  {
                    id: line.id,
                    label: `${t(`load.charts.${chart.id}`)}: ${t(
                      `load.series.${line.id as 'sent'}`,
                    )}`,
                    cell: ({ facts }: (typeof rows)[number]) => {
                      const value = facts[c][l]?.max;
                      return value === undefined ? '–' : chart.format(value);
                    },
                  },
                ],
          ),
        ),
      ]}
    />
  );
}
