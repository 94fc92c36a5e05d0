import { memo, useEffect, useId, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useArenaTranslation } from '../../../hooks/useArenaTranslation';
import { formatClock } from '../../../load/formatLoad';
import { LoadSeries } from '../../../load/LoadSeries';
import { chartColors, useThemeMode } from './chartColors';
import { chartOptions } from './chartOptions';
import { ChartSpec, mergeOf, valuesOf } from './chartSpecs';
import { Markers } from './markers';
import { resample, stepOf } from './resample';
import { summarize } from './summarize';
import { boundsOf, TimeWindow } from './TimeWindow';
import styles from './Charts.module.css';

const HEIGHT = 200;
/** Who reads the chart with a screen reader is not interrupted each second. */
const SUMMARY_MS = 10_000;

/** A chart of some columns. Takes new seconds by itself: React has no part in it. */
export const SeriesChart = memo(function Chart(props: {
  spec: ChartSpec;
  series: LoadSeries;
  budget: number | undefined;
  window: TimeWindow;
  markers: Markers;
  syncKey: string;
  onSelect: (from: number, to: number) => void;
  onReset: () => void;
}) {
  const { spec, series, budget, syncKey, window, markers } = props;
  const { t } = useArenaTranslation();
  const host = useRef<HTMLDivElement>(null);
  const redraw = useRef(() => {});
  const latest = useRef(props);
  const title = useId();
  const mode = useThemeMode();
  latest.current = props;

  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const bounds = () => boundsOf(latest.current.window, series.shown - 1);
    const data = (): UPlot.AlignedData => {
      const step = stepOf(bounds());
      const count = Math.ceil(series.shown / step);
      return [
        Array.from({ length: count }, (_, point) => point * step),
        ...spec.lines.map(line =>
          resample(valuesOf(line, series, budget), step, mergeOf(line)),
        ),
      ];
    };
    const names = spec.lines.map(({ id }) => t(nameOf(id)));
    const plot = new UPlot(
      chartOptions({
        spec,
        labels: names,
        timeLabel: t('load.charts.time'),
        colors: chartColors(element),
        syncKey,
        width: element.clientWidth,
        height: HEIGHT,
        context: {
          bounds,
          markers: () => latest.current.markers,
          onSelect: (from, to) => latest.current.onSelect(from, to),
          onReset: () => latest.current.onReset(),
        },
      }),
      data(),
      element,
    );
    let told = -Infinity;
    const tell = () => {
      if (Date.now() - told < SUMMARY_MS) return;
      told = Date.now();
      const [from, to] = bounds();
      const facts = summarize(spec, series, { bounds: [from, to], budget });
      element.setAttribute(
        'aria-label',
        t('load.charts.label', {
          title: t(`load.charts.${spec.id}`),
          from: formatClock(from * 1_000),
          to: formatClock(to * 1_000),
          facts: facts
            .map((fact, i) =>
              fact
                ? t('load.charts.fact', {
                    name: names[i],
                    last: spec.format(fact.last),
                    min: spec.format(fact.min),
                    max: spec.format(fact.max),
                  })
                : t('load.charts.noValue', { name: names[i] }),
            )
            .join(' '),
        }),
      );
    };
    tell();
    redraw.current = () => plot.setData(data());
    const stop = series.subscribe(() => {
      redraw.current();
      tell();
    });
    const resize = () =>
      plot.setSize({ width: element.clientWidth, height: HEIGHT });
    const observer =
      typeof ResizeObserver === 'undefined'
        ? undefined
        : new ResizeObserver(resize);
    observer?.observe(element);
    return () => {
      stop();
      observer?.disconnect();
      redraw.current = () => {};
      plot.destroy();
    };
  }, [spec, series, budget, syncKey, mode, t]);

  useEffect(() => {
    redraw.current();
  }, [window, markers]);

  return (
    <figure className={styles.figure} aria-labelledby={title}>
      <figcaption id={title} className={styles.title}>
        {t(`load.charts.${spec.id}`)}
      </figcaption>
      <div ref={host} role="img" className={styles.chart} />
    </figure>
  );
});

function nameOf(id: ChartSpec['lines'][number]['id']) {
  return `load.series.${id}` as 'load.series.sent';
}
