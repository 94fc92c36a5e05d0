import { useCallback, useId, useMemo, useState } from 'react';
import { ToggleButton, ToggleButtonGroup } from '@backstage/ui';
import { LoadState } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../../hooks/useArenaTranslation';
import { formatNumber } from '../../../load/formatLoad';
import { LoadSeries } from '../../../load/LoadSeries';
import { LoadWatch } from '../../../load/LoadWatch';
import {
  useHasSeries,
  useLoadView,
  useSeriesVersion,
} from '../../../load/useLoadWatch';
import { EmptyState, SectionCard } from '../../shared';
import { chartsOf } from './chartSpecs';
import { markersOf } from './markers';
import { stepOf } from './resample';
import { SeriesChart } from './SeriesChart';
import { SeriesTable } from './SeriesTable';
import { boundsOf, TimeWindow } from './TimeWindow';
import styles from './Charts.module.css';

const WINDOWS = [
  ['all', undefined],
  ['last15', 900],
  ['last5', 300],
  ['last1', 60],
] as const;

/** The course of a load test, second by second. */
export function LoadCharts(props: { watch: LoadWatch }) {
  const { watch } = props;
  const { t } = useArenaTranslation();
  const { state } = useLoadView(watch);
  const hasSeries = useHasSeries(watch.series);
  if (!state || !hasSeries) {
    return (
      <SectionCard title={t('load.charts.title')}>
        <EmptyState
          title={t('load.charts.none')}
          description={t('load.charts.noneDescription')}
        />
      </SectionCard>
    );
  }
  return <Charts watch={watch} state={state} />;
}

function Charts(props: { watch: LoadWatch; state: LoadState }) {
  const { watch, state } = props;
  const { series } = watch;
  const { t } = useArenaTranslation();
  const syncKey = useId();
  const [window, setWindow] = useState<TimeWindow>({ kind: 'all' });
  const select = useCallback(
    (from: number, to: number) => setWindow({ kind: 'selection', from, to }),
    [],
  );
  const reset = useCallback(() => setWindow({ kind: 'all' }), []);
  const markers = useMarkers(state);
  const { profile } = state;
  const hasTtft = state.report?.totals.times.ttft !== undefined;
  const { mode, budgetLimit, budgetCurrency } = profile;
  // A state comes each second, and charts are made anew when what they show changes.
  const charts = useMemo(
    () =>
      chartsOf({
        profile: { mode, budgetLimit },
        hasTtft,
        currency: budgetCurrency,
      }),
    [mode, budgetLimit, budgetCurrency, hasTtft],
  );
  return (
    <SectionCard
      title={t('load.charts.title')}
      aside={<WindowChoice window={window} onChange={setWindow} />}
    >
      <div className={styles.charts}>
        {charts.map(spec => (
          <SeriesChart
            key={spec.id}
            spec={spec}
            series={series}
            budget={budgetLimit}
            window={window}
            markers={markers}
            syncKey={syncKey}
            onSelect={select}
            onReset={reset}
          />
        ))}
      </div>
      <p className={styles.hint}>
        {t('load.charts.hint')} <PointHint series={series} window={window} />
      </p>
      <SeriesTable series={series} charts={charts} window={window} />
    </SectionCard>
  );
}

/** Says what a point is when it is more than a second. */
function PointHint(props: { series: LoadSeries; window: TimeWindow }) {
  const { series, window } = props;
  const { t } = useArenaTranslation();
  useSeriesVersion(series);
  const step = stepOf(boundsOf(window, series.shown - 1));
  if (step === 1) return null;
  return <>{t('load.charts.points', { seconds: String(step) })}</>;
}

/** New only when stages or changes are. */
function useMarkers(state: LoadState) {
  const { t } = useArenaTranslation();
  const { stages, controls, profile } = state;
  const key = JSON.stringify([stages, controls]);
  return useMemo(
    () =>
      markersOf(
        { stages, controls },
        {
          stage: index =>
            t('load.charts.marker.stage', { index: String(index) }),
          control: control => {
            if (control.action !== 'rate') {
              return t(`load.charts.marker.${control.action}`);
            }
            const target = formatNumber(control.target);
            return profile.mode === 'open'
              ? t('load.charts.marker.rate', { target })
              : t('load.charts.marker.rateClosed', { target });
          },
        },
      ),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what the key is made of
    [key, t],
  );
}

function WindowChoice(props: {
  window: TimeWindow;
  onChange: (window: TimeWindow) => void;
}) {
  const { window, onChange } = props;
  const { t } = useArenaTranslation();
  const seconds = window.kind === 'last' ? window.seconds : undefined;
  const chosen = WINDOWS.find(
    each => window.kind !== 'selection' && each[1] === seconds,
  );
  return (
    <ToggleButtonGroup
      aria-label={t('load.charts.window')}
      selectionMode="single"
      selectedKeys={chosen ? [chosen[0]] : []}
      onSelectionChange={keys => {
        const [key] = [...keys];
        const length = WINDOWS.find(([name]) => name === key)?.[1];
        onChange(
          length === undefined
            ? { kind: 'all' }
            : { kind: 'last', seconds: length },
        );
      }}
    >
      {WINDOWS.map(([name]) => (
        <ToggleButton key={name} id={name} size="small">
          {t(`load.charts.${name}`)}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
