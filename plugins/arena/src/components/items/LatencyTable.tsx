import { LatencyStatistics } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatDuration } from '../../lib/format';
import styles from './CellStatistics.module.css';

const LEVELS = ['p50', 'p90', 'p95', 'p99'] as const;

/** Percentiles of how long items took, and of the first token where replies were streamed. */
export function LatencyTable(props: {
  duration: LatencyStatistics;
  ttft: LatencyStatistics | undefined;
}) {
  const { t } = useArenaTranslation();
  const rows = (['duration', 'ttft'] as const).flatMap(name => {
    const values = props[name];
    return values ? [{ name, values }] : [];
  });
  return (
    <div className={styles.scroller}>
      <table className={styles.table}>
        <caption>{t('statistics.latency')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('statistics.percentile')}</th>
            {LEVELS.map(level => (
              <th key={level} scope="col">
                {level}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, values }) => (
            <tr key={name}>
              <th scope="row">{t(`statistics.${name}`)}</th>
              {LEVELS.map(level => (
                <td key={level}>{formatDuration(values[level])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
