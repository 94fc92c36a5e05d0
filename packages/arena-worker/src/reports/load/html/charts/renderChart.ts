import { number } from '../format';
import { html, Markup, rawJson } from '../markup';
import { Chart, ChartFrame, ChartLimit, ChartLine, ChartStage } from './Chart';
import { downsample, Point } from './downsample';
import { linePath } from './linePath';
import { Tick, timeTicks, valueTicks } from './ticks';

const WIDTH = 640;
const HEIGHT = 232;
const PLOT = { left: 50, right: 628, top: 22, bottom: 206 } as const;
const MAX_POINTS = 1_200;
/** Points of a line from which on it is thinner. */
const DENSE = 600;
/** A limit is drawn when it is at most so many times the largest value: further up it would press the lines flat. */
const LIMIT_REACH = 2;
/** Of the labels of stages. */
const LETTER_WIDTH = 6;
/** To the right of the plot. */
const END_ROOM = WIDTH - PLOT.right;

interface Scale {
  x: (seconds: number) => number;
  y: (value: number) => number;
}

/** A chart as a figure with its legend. The script of the page shows its values under the pointer. */
export function renderChart(chart: Chart, frame: ChartFrame): Markup {
  const lines = chart.lines.map(line => ({
    ...line,
    points: downsample(line.points, MAX_POINTS),
  }));
  const largest = largestOf(lines);
  const limits = chart.limits ?? [];
  const drawn = limits.filter(({ value }) => value <= largest * LIMIT_REACH);
  const ticks = valueTicks(Math.max(largest, ...drawn.map(l => l.value)));
  const top = ticks[ticks.length - 1].at;
  const { left, right, bottom } = PLOT;
  const scale: Scale = {
    x: seconds => left + (seconds / frame.end) * (right - left),
    y: value => bottom - (value / top) * (bottom - PLOT.top),
  };
  const data = {
    width: WIDTH,
    left,
    right,
    end: frame.end,
    lines: lines.map(({ points }) => valuesOf(points)),
  };
  return html`<figure class="chart">
    <figcaption>
      <strong>${chart.title}</strong> <span class="unit">${chart.unit}</span>
      <span class="at"></span>
    </figcaption>
    <ul class="legend">
      ${chart.lines.map(legendOf)}${limits.map(legendOfLimit)}
    </ul>
    <svg
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      role="img"
      aria-label="${chart.title}, ${chart.unit}, over the time of the test"
    >
      ${frame.stages.map(stage => renderStage(stage, scale))}
      ${ticks.map(tick => renderValueTick(tick, scale))}
      ${timeTicks(frame.end).map(tick => renderTimeTick(tick, scale))}
      ${drawn.map(limit => renderLimit(limit, scale))}
      ${lines.map(line => renderLine(line, scale))}
      <line class="cursor" y1="${PLOT.top}" y2="${bottom}" />
    </svg>
    ${chart.note && html`<p class="note">${chart.note}</p>`}
    <script type="application/json">
      ${rawJson(data)}
    </script>
  </figure>`;
}

function largestOf(lines: readonly ChartLine[]): number {
  let largest = 0;
  for (const { points } of lines) {
    for (const [, y = 0] of points) if (y > largest) largest = y;
  }
  return largest;
}

/** As two lists, which take less room. */
function valuesOf(points: readonly Point[]): { x: number[]; y: number[] } {
  const known = points.filter(([, y]) => y !== undefined);
  return {
    x: known.map(([x]) => x),
    y: known.map(([, y]) => Number(y!.toPrecision(5))),
  };
}

function legendOf({ name, colour }: ChartLine): Markup {
  return html`<li>
    <i class="swatch ${colour}"></i>${name} <output></output>
  </li>`;
}

function legendOfLimit({ name, value }: ChartLimit): Markup {
  return html`<li><i class="swatch limit"></i>${name} ${number(value)}</li>`;
}

function renderStage(
  { start, end, label, isWarmUp }: ChartStage,
  { x }: Scale,
): Markup {
  const { top, bottom } = PLOT;
  const [from, to] = [x(start), x(end)];
  const fits = label.length * LETTER_WIDTH <= to - from;
  return html`${isWarmUp &&
  html`<rect
    class="warm-up"
    x="${round(from)}"
    y="${top}"
    width="${round(to - from)}"
    height="${bottom - top}"
  />`}${start > 0 &&
  html`<line
    class="stage"
    x1="${round(from)}"
    x2="${round(from)}"
    y1="${top - 14}"
    y2="${bottom}"
  />`}${fits &&
  html`<text class="stage-label" x="${round((from + to) / 2)}" y="${top - 7}">
    ${label}
  </text>`}`;
}

function renderValueTick({ at, label }: Tick, { y }: Scale): Markup {
  const { left, right } = PLOT;
  const height = round(y(at));
  return html`<line
      class="${at === 0 ? 'axis' : 'grid'}"
      x1="${left}"
      x2="${right}"
      y1="${height}"
      y2="${height}"
    /><text class="value" x="${left - 6}" y="${height + 4}">${label}</text>`;
}

function renderTimeTick({ at, label }: Tick, { x }: Scale): Markup {
  const { right, bottom } = PLOT;
  const place = round(x(at));
  // There is no room beyond the end of the axis.
  const isLast = right - place < (label.length * LETTER_WIDTH) / 2 - END_ROOM;
  return html`<line
      class="axis"
      x1="${place}"
      x2="${place}"
      y1="${bottom}"
      y2="${bottom + 4}"
    /><text class="${isLast ? 'last' : 'time'}" x="${place}" y="${bottom + 18}"
      >${label}</text
    >`;
}

function renderLimit({ value }: ChartLimit, { y }: Scale): Markup {
  const height = round(y(value));
  return html`<line
    class="limit"
    x1="${PLOT.left}"
    x2="${PLOT.right}"
    y1="${height}"
    y2="${height}"
  />`;
}

function renderLine({ colour, points }: ChartLine, scale: Scale): Markup {
  const { line, dots } = linePath(points, scale);
  const kind = points.length > DENSE ? `dense ${colour}` : colour;
  return html`${line &&
  html`<path class="line ${kind}" d="${line}" />`}${dots &&
  html`<path class="line dots ${colour}" d="${dots}" />`}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
