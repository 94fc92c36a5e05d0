import type uPlot from 'uplot';
import { formatClock } from '../../../load/formatLoad';
import { ChartColors } from './chartColors';
import { ChartSpec, LineSpec } from './chartSpecs';
import { lonePoints } from './lonePoints';
import { drawMarkers, Markers } from './markers';

const FONT = '11px system-ui, sans-serif';
/** Steps between ticks of the time axis, in seconds. */
const TIME_STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400,
  28_800, 86_400,
];

/** What a chart asks for each time it is drawn. */
export interface ChartContext {
  /** The shown time, in seconds. */
  bounds: () => readonly [number, number];
  markers: () => Markers;
  onSelect: (from: number, to: number) => void;
  onReset: () => void;
}

/** How a chart looks and what it listens to. */
export function chartOptions(options: {
  spec: Pick<ChartSpec, 'format' | 'bands'> & {
    lines: ReadonlyArray<Omit<LineSpec, 'id'>>;
  };
  labels: readonly string[];
  timeLabel: string;
  colors: ChartColors;
  context: ChartContext;
  /** Charts of the same key move their cursors together. */
  syncKey: string;
  width: number;
  height: number;
}): uPlot.Options {
  const { spec, labels, timeLabel, colors, context, syncKey } = options;
  const axis: uPlot.Axis = {
    stroke: colors.text,
    font: FONT,
    grid: { stroke: colors.grid, width: 1 },
    ticks: { stroke: colors.grid, width: 1, size: 4 },
  };
  return {
    width: options.width,
    height: options.height,
    padding: [18, 12, 0, 0],
    scales: {
      x: {
        time: false,
        range: () => [...context.bounds()],
      },
      y: { range: (_chart, _min, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [
      {
        ...axis,
        incrs: TIME_STEPS,
        space: 64,
        size: 28,
        values: (_chart, ticks) => ticks.map(tick => formatClock(tick * 1_000)),
      },
      {
        ...axis,
        size: 64,
        space: 36,
        values: (_chart, ticks) => ticks.map(spec.format),
      },
    ],
    series: [
      {
        label: timeLabel,
        value: (_chart, value) =>
          value === null ? '–' : formatClock(value * 1_000),
      },
      ...spec.lines.map((line, position) => ({
        label: labels[position],
        stroke: colors.line[line.color],
        width: 1.5,
        dash: line.dashed ? [6, 4] : undefined,
        fill: line.filled ? colors.area[line.color] : undefined,
        points: {
          show: false,
          size: 4,
          fill: colors.line[line.color],
          // A line needs two points: those that are alone are drawn themselves.
          filter: (chart: uPlot, column: number) =>
            lonePoints(chart.data[column]),
        },
        value: (_chart: uPlot, value: number | null) =>
          value === null || value === undefined ? '–' : spec.format(value),
      })),
    ],
    bands: spec.bands?.map(([upper, lower]) => ({
      series: [upper, lower],
      fill: colors.area[spec.lines[upper - 1].color],
    })),
    legend: { markers: { width: 2 } },
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      sync: {
        key: syncKey,
        setSeries: false,
        // A selection is for the window, which all charts share anyway.
        filters: { pub: type => type === 'mousemove' || type === 'mouseleave' },
      },
      bind: {
        dblclick: () => () => {
          context.onReset();
          return null;
        },
      },
    },
    hooks: {
      drawAxes: [chart => drawMarkers(chart, context.markers(), colors)],
      setSelect: [
        chart => {
          const { left, width } = chart.select;
          if (width <= 0) return;
          const from = chart.posToVal(left, 'x');
          const to = chart.posToVal(left + width, 'x');
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          context.onSelect(from, to);
        },
      ],
      setCursor: [showLast],
      setData: [showLast],
    },
  };
}

/** Without a cursor the legend shows how it is now. */
function showLast(chart: uPlot): void {
  const { left = -1 } = chart.cursor;
  const last = chart.data[0].length - 1;
  if (left < 0 && last >= 0 && chart.legend.idx !== last) {
    chart.setLegend({ idx: last }, false);
  }
}
