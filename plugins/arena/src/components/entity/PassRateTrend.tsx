import styles from './Entity.module.css';

const WIDTH = 240;
const HEIGHT = 40;
const INSET = 4;

/** Pass rates from the oldest to the newest as a line. */
export function PassRateTrend(props: { rates: number[]; label: string }) {
  const { rates, label } = props;
  const x = (i: number) =>
    INSET + (i * (WIDTH - 2 * INSET)) / Math.max(1, rates.length - 1);
  const y = (rate: number) => INSET + (1 - rate) * (HEIGHT - 2 * INSET);
  const last = rates.length - 1;
  return (
    <svg
      className={styles.trend}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <polyline
        className={styles.line}
        points={rates.map((rate, i) => `${x(i)},${y(rate)}`).join(' ')}
      />
      <circle className={styles.dot} cx={x(last)} cy={y(rates[last])} r={3} />
    </svg>
  );
}
