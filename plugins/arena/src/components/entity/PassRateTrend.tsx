import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatPercent } from '../../lib/format';
import styles from './Entity.module.css';

const WIDTH = 240;
const HEIGHT = 40;
const INSET = 4;

/** Pass rates from the oldest to the newest as a line. */
export function PassRateTrend(props: { rates: number[] }) {
  const { rates } = props;
  const { t } = useArenaTranslation();
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
      aria-label={t('entity.trend', {
        rates: rates.map(formatPercent).join(', '),
      })}
    >
      <polyline
        className={styles.line}
        points={rates.map((rate, i) => `${x(i)},${y(rate)}`).join(' ')}
      />
      <circle className={styles.dot} cx={x(last)} cy={y(rates[last])} r={3} />
    </svg>
  );
}
