import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import { ButtonLink, Link } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { passRateOfJob } from '../../lib/counters';
import { clusterOf } from '../../lib/entities';
import { formatInterval, formatPercent } from '../../lib/format';
import { addressOf, phaseOf } from '../../lib/jobs';
import { pooledRate, pooledTrend } from '../../overview/pooledRates';
import { useArenaShell } from '../../shell';
import { Age, PhaseBadge } from '../shared';
import { NoTests } from './NoTests';
import { PassRateTrend } from './PassRateTrend';
import { TestsCard } from './TestsCard';
import styles from './Entity.module.css';

const SHOWN = 5;
const TREND = 20;

/** How the tests of an entity went lately: the pass rate of all of them with its interval and its trend, and the newest ones. */
export function EntityArenaCard() {
  const { entity } = useEntity();
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const cluster = clusterOf(entity);
  const isSystem = entity.kind.toLowerCase() === 'system';
  return (
    <TestsCard
      title={t('entity.title')}
      aside={({ items }) => {
        const { passRate, interval } = pooledRate(items);
        return (
          passRate !== undefined && (
            <span className={styles.rate}>
              {t('entity.passRate', { rate: formatPercent(passRate) })}
              {interval && (
                <span className={styles.interval}>
                  {t('entity.interval', { interval: formatInterval(interval) })}
                </span>
              )}
            </span>
          )
        );
      }}
      footer={
        !isSystem && (
          <ButtonLink
            size="small"
            variant="secondary"
            href={links.newJob({
              ...(cluster && { cluster }),
              component: stringifyEntityRef(entity),
            })}
          >
            {t('job.new')}
          </ButtonLink>
        )
      }
    >
      {({ items }) => {
        if (items.length === 0) return <NoTests entity={entity} />;
        const rates = pooledTrend(items, TREND);
        return (
          <>
            {rates.length > 1 && (
              <PassRateTrend
                rates={rates}
                label={t('entity.trend', {
                  rates: rates.map(formatPercent).join(', '),
                })}
              />
            )}
            <ul className={styles.list} aria-label={t('entity.latest')}>
              {items.slice(0, SHOWN).map(one => {
                const rate = passRateOfJob(one.job);
                return (
                  <li key={one.job.metadata.uid} className={styles.row}>
                    <PhaseBadge phase={phaseOf(one.job)} />
                    <Link
                      className={styles.name}
                      href={links.job(addressOf(one.job, one.cluster))}
                      truncate
                    >
                      {one.job.metadata.name}
                    </Link>
                    <span className={styles.number}>
                      {rate === undefined ? '–' : formatPercent(rate)}
                    </span>
                    <span className={styles.age}>
                      <Age
                        time={
                          one.trend[0]?.finishedAt ??
                          one.job.metadata.creationTimestamp
                        }
                      />
                    </span>
                  </li>
                );
              })}
            </ul>
          </>
        );
      }}
    </TestsCard>
  );
}
