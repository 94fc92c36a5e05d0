import { Link } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatCount } from '../../lib/format';
import { useArenaShell } from '../../shell';
import { EmptyState } from '../shared';
import { TestsCard } from './TestsCard';
import styles from './Entity.module.css';

const SHOWN = 8;

/** Which scenarios of the latest evaluations passed only at times, on which providers. */
export function EntityFlakyCellsCard() {
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  return (
    <TestsCard
      title={t('entity.flaky')}
      aside={({ items }) => {
        const count = items.reduce(
          (sum, { trend: [latest] }) => sum + (latest?.flakyCells ?? 0),
          0,
        );
        return (
          count > 0 && <span className={styles.rate}>{formatCount(count)}</span>
        );
      }}
    >
      {({ items }) => {
        const cells = items
          .flatMap(({ trend: [latest], flakyCells }) =>
            latest
              ? flakyCells.map(cell => ({ ...cell, runId: latest.runId }))
              : [],
          )
          .slice(0, SHOWN);
        if (cells.length === 0) {
          return (
            <EmptyState
              title={t('entity.flakyNone')}
              description={t('entity.flakyNoneDescription')}
            />
          );
        }
        return (
          <ul className={styles.list} aria-label={t('entity.flaky')}>
            {cells.map(({ runId, scenario, provider, passed, judged }) => (
              <li
                key={`${runId}/${scenario}/${provider}`}
                className={styles.row}
              >
                <Link
                  className={styles.name}
                  href={links.run(runId, { tab: 'items', scenario, provider })}
                  truncate
                >
                  {t('entity.cell', { scenario, provider })}
                </Link>
                <span className={styles.age}>
                  {t('entity.flakyCell', {
                    passed: formatCount(passed),
                    judged: formatCount(judged),
                  })}
                </span>
              </li>
            ))}
          </ul>
        );
      }}
    </TestsCard>
  );
}
