import {
  KeyboardEvent,
  RefObject,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { Link } from '@backstage/ui';
import styles from './Comparison.module.css';

/** What is drawn for a run: its values, if it has any, and how it is told. */
export interface ChartPoint {
  key: string;
  href: string;
  value?: number;
  /** Bounds of the value, or a second value above it. */
  low?: number;
  high?: number;
  /** Everything about it, in words. */
  title: string;
  /** Something that the run is made of is not as it was in the one before. */
  isChanged: boolean;
  isBad: boolean;
}

const HEIGHT = 150;
const LEFT = 56;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 14;
const TICKS = 4;

/** Runs from the oldest to the newest, at equal distances: a schedule has its runs when it has them. */
export function TrendChart(props: {
  title: string;
  hint?: string;
  /** The whole chart, in a sentence. */
  label: string;
  points: readonly ChartPoint[];
  /** Absent: as high as the highest value. */
  max?: number;
  /** Values are whole numbers. */
  isCount?: boolean;
  format: (value: number) => string;
}) {
  const { title, hint, label, points, isCount, format } = props;
  const id = useId();
  const host = useRef<HTMLDivElement>(null);
  const width = useWidth(host);
  const highest = Math.max(
    0,
    ...points.flatMap(({ value = 0, high = 0 }) => [value, high]),
  );
  const max =
    props.max ??
    (isCount
      ? TICKS * Math.max(1, Math.ceil(highest / TICKS))
      : niceMax(highest));
  const step = (width - LEFT - RIGHT) / Math.max(1, points.length - 1);
  const x = (index: number) =>
    points.length === 1 ? (LEFT + width - RIGHT) / 2 : LEFT + index * step;
  const y = (value: number) =>
    TOP + (1 - value / max) * (HEIGHT - TOP - BOTTOM);
  const known = points.flatMap((point, index) =>
    point.value === undefined ? [] : [{ ...point, index, value: point.value }],
  );
  const band = known.flatMap(({ index, low, high }) =>
    low === undefined || high === undefined ? [] : [{ index, low, high }],
  );
  const [chosen, setChosen] = useState<string>();
  const active =
    known.find(({ key }) => key === chosen) ?? known[known.length - 1];
  const move = (event: KeyboardEvent) => {
    const at = known.indexOf(active);
    const targets: Record<string, number | undefined> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: known.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const { key } = known[Math.max(0, Math.min(target, known.length - 1))];
    setChosen(key);
    host.current
      ?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)
      ?.focus();
  };
  return (
    <figure className={styles.figure} aria-labelledby={id}>
      <figcaption id={id} className={styles.chartTitle}>
        {title}
        {hint && <span className={styles.hint}> {hint}</span>}
      </figcaption>
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions -- the points in it are what is operated */}
      <div ref={host} className={styles.chart} onKeyDown={move}>
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          {Array.from({ length: TICKS + 1 }, (_, tick) => {
            const value = (max * tick) / TICKS;
            return (
              <g key={tick}>
                <line
                  className={styles.grid}
                  x1={LEFT}
                  x2={width - RIGHT}
                  y1={y(value)}
                  y2={y(value)}
                />
                {tick % 2 === 0 && (
                  <text className={styles.tick} x={LEFT - 6} y={y(value) + 4}>
                    {format(value)}
                  </text>
                )}
              </g>
            );
          })}
          {points.map(
            ({ key, isChanged }, index) =>
              isChanged && (
                <line
                  key={key}
                  className={styles.changed}
                  x1={x(index) - step / 2}
                  x2={x(index) - step / 2}
                  y1={TOP}
                  y2={HEIGHT - BOTTOM}
                />
              ),
          )}
          <path
            className={styles.band}
            d={
              band.length > 1
                ? `M${[
                    ...band.map(b => `${x(b.index)},${y(b.high)}`),
                    ...[...band]
                      .reverse()
                      .map(b => `${x(b.index)},${y(b.low)}`),
                  ].join('L')}Z`
                : ''
            }
          />
          {band.length === 1 && (
            <line
              className={styles.whisker}
              x1={x(band[0].index)}
              x2={x(band[0].index)}
              y1={y(band[0].low)}
              y2={y(band[0].high)}
            />
          )}
          <polyline
            className={styles.line}
            points={known.map(p => `${x(p.index)},${y(p.value)}`).join(' ')}
          />
        </svg>
        {known.map((point, n) => {
          // What is nearest is what is meant.
          const left = n === 0 ? 0 : x((known[n - 1].index + point.index) / 2);
          const right =
            n === known.length - 1
              ? width
              : x((known[n + 1].index + point.index) / 2);
          return (
            <Link
              key={point.key}
              href={point.href}
              className={styles.point}
              data-key={point.key}
              data-bad={point.isBad || undefined}
              style={{ left, width: right - left }}
              aria-label={point.title}
              title={point.title}
              {...{
                // One stop for the tabulator; arrows do the rest.
                tabIndex: point === active ? 0 : -1,
              }}
            >
              <span
                className={styles.dot}
                style={{ left: x(point.index) - left, top: y(point.value) }}
              />
            </Link>
          );
        })}
      </div>
    </figure>
  );
}

/** A little above the highest value, so that a quarter of it is a round number. */
function niceMax(highest: number): number {
  if (highest <= 0) return 1;
  const unit = 10 ** Math.floor(Math.log10(highest));
  const factor = [1, 2, 4, 6, 8, 10].find(f => f * unit >= highest) ?? 10;
  return factor * unit;
}

const FIRST_WIDTH = 480;

/** Width of an element, also when it changes. */
function useWidth(host: RefObject<HTMLElement>): number {
  const [width, setWidth] = useState(FIRST_WIDTH);
  useEffect(() => {
    const element = host.current;
    if (!element || typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(() =>
      setWidth(Math.max(160, element.clientWidth)),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [host]);
  return width;
}
