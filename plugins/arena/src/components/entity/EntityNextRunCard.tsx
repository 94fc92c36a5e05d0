import { Link } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatTime } from '../../lib/format';
import { addressOf } from '../../lib/jobs';
import { nextRunsOf } from '../../overview/nextRunOf';
import { useArenaShell } from '../../shell';
import { readCron } from '../schedule/readCron';
import { EmptyState } from '../shared';
import { TestsCard } from './TestsCard';
import styles from './Entity.module.css';

const SHOWN = 5;

/** When the tests of an entity run next. */
export function EntityNextRunCard() {
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  return (
    <TestsCard title={t('entity.next')}>
      {({ items }) => {
        const next = nextRunsOf(items).slice(0, SHOWN);
        if (next.length === 0) {
          return (
            <EmptyState
              title={t('entity.nextNone')}
              description={t('entity.nextNoneDescription')}
            />
          );
        }
        return (
          <ul className={styles.list} aria-label={t('entity.next')}>
            {next.map(({ cluster, job, at }) => {
              const cron = String(Object(job.spec.schedule).cron);
              return (
                <li key={job.metadata.uid} className={styles.row}>
                  <Link
                    className={styles.name}
                    href={links.job(addressOf(job, cluster), {
                      tab: 'schedule',
                    })}
                    truncate
                  >
                    {job.metadata.name}
                  </Link>
                  <span className={styles.age}>
                    <time dateTime={at} title={readCron(cron) ?? cron}>
                      {formatTime(at)}
                    </time>
                  </span>
                </li>
              );
            })}
          </ul>
        );
      }}
    </TestsCard>
  );
}
