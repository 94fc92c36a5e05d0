import { ButtonLink } from '@backstage/ui';
import { JobOverview } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatMs, formatRate, formatShare } from '../../load/formatLoad';
import { useArenaShell } from '../../shell';
import { AuditBadge } from '../load/AuditBadge';
import { PassedBadge } from '../load/PassedBadge';
import { Age, EmptyState, Stat, StatRow } from '../shared';
import { TestsCard } from './TestsCard';
import styles from './Entity.module.css';

type Loaded = JobOverview & { load: NonNullable<JobOverview['load']> };

/** What the last load test of an entity measured, and whether that can be believed. */
export function EntityLoadTestCard() {
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  return (
    <TestsCard title={t('entity.load')}>
      {({ items }) => {
        const last = lastOf(items);
        if (!last) {
          return (
            <EmptyState
              title={t('entity.loadNone')}
              description={t('entity.loadNoneDescription')}
            />
          );
        }
        const { load, job } = last;
        return (
          <>
            <div className={styles.badges}>
              {load.passed === undefined ? (
                <span className={styles.age}>
                  {load.phase === 'waiting'
                    ? t('phase.Pending')
                    : t(`load.phase.${load.phase}`)}
                </span>
              ) : (
                <PassedBadge passed={load.passed} />
              )}
              {load.audit && <AuditBadge verdict={load.audit} isAlone />}
              {load.finishedAt && (
                <span className={styles.age}>
                  <Age time={load.finishedAt} />
                </span>
              )}
            </div>
            <StatRow>
              <Stat label={t('entity.rate')}>{formatRate(load.sentRate)}</Stat>
              <Stat label={t('entity.p99')}>{formatMs(load.p99Ms)}</Stat>
              <Stat label={t('entity.errorRate')}>
                {formatShare(load.errorRate)}
              </Stat>
            </StatRow>
            <ButtonLink
              size="small"
              variant="secondary"
              href={links.run(load.runId)}
            >
              {job.metadata.name}
            </ButtonLink>
          </>
        );
      }}
    </TestsCard>
  );
}

/** The one that runs, else the one that ended last. */
function lastOf(items: readonly JobOverview[]): Loaded | undefined {
  const endOf = ({ load }: Loaded) =>
    load.finishedAt ? Date.parse(load.finishedAt) : Infinity;
  return items
    .filter((one): one is Loaded => one.load !== undefined)
    .sort((a, b) => (endOf(a) < endOf(b) ? 1 : -1))[0];
}
