import { TrialStatistics } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatPercent } from '../../lib/format';
import styles from './CellStatistics.module.css';

/** Chances of one success, and of nothing but successes, by the number of trials. */
export function TrialsTable(props: { trials: readonly TrialStatistics[] }) {
  const { trials } = props;
  const { t } = useArenaTranslation();
  return (
    <div className={styles.scroller}>
      <table className={styles.table}>
        <caption>{t('statistics.trials')}</caption>
        <thead>
          <tr>
            <th scope="col">k</th>
            {trials.map(({ k }) => (
              <th key={k} scope="col">
                {k}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row" title={t('statistics.passAtKHint')}>
              {t('statistics.passAtK')}
            </th>
            {trials.map(({ k, passAtK }) => (
              <td key={k}>{formatPercent(passAtK)}</td>
            ))}
          </tr>
          <tr>
            <th scope="row" title={t('statistics.passHatKHint')}>
              {t('statistics.passHatK')}
            </th>
            {trials.map(({ k, passHatK }) => (
              <td key={k}>{formatPercent(passHatK)}</td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}
