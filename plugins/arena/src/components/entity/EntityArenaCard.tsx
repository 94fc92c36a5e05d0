import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import {
  ButtonLink,
  Card,
  CardBody,
  CardFooter,
  CardHeader,
  Link,
} from '@backstage/ui';
import { EMBEDDED_CLUSTER } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useJobs } from '../../hooks/useJobs';
import { passRateOfJob } from '../../lib/counters';
import { formatPercent } from '../../lib/format';
import { addressOf, phaseOf } from '../../lib/jobs';
import { useArenaShell } from '../../shell';
import {
  Age,
  EmptyState,
  ErrorPanel,
  LoadingRows,
  PhaseBadge,
} from '../shared';
import { PassRateTrend } from './PassRateTrend';
import styles from './Entity.module.css';

const SHOWN = 5;
const TREND = 20;

/** How the tests of a component went lately. */
export function EntityArenaCard() {
  const { entity } = useEntity();
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const component = stringifyEntityRef(entity);
  const jobs = useJobs({
    cluster: EMBEDDED_CLUSTER,
    component,
    orderBy: 'created',
    order: 'desc',
    limit: TREND,
  });
  const items = jobs.value?.items;
  const rates = (items ?? [])
    .map(passRateOfJob)
    .filter((rate): rate is number => rate !== undefined)
    .reverse();
  const latest = rates.at(-1);

  return (
    <Card>
      <CardHeader>
        <div className={styles.head}>
          <h2 className={styles.title}>{t('entity.title')}</h2>
          {latest !== undefined && (
            <span className={styles.rate}>
              {t('entity.passRate', { rate: formatPercent(latest) })}
            </span>
          )}
        </div>
      </CardHeader>
      <CardBody>
        {jobs.error && !items && (
          <ErrorPanel
            title={t('error.jobs')}
            error={jobs.error}
            onRetry={jobs.reload}
          />
        )}
        {!items && !jobs.error && <LoadingRows rows={3} />}
        {items?.length === 0 && (
          <EmptyState
            title={t('entity.none')}
            description={t('entity.noneDescription')}
          />
        )}
        {rates.length > 1 && <PassRateTrend rates={rates} />}
        {items && items.length > 0 && (
          <ul className={styles.list} aria-label={t('entity.latest')}>
            {items.slice(0, SHOWN).map(job => {
              const rate = passRateOfJob(job);
              return (
                <li key={job.metadata.uid} className={styles.row}>
                  <PhaseBadge phase={phaseOf(job)} />
                  <Link
                    className={styles.name}
                    href={links.job(addressOf(job))}
                    truncate
                  >
                    {job.metadata.name}
                  </Link>
                  <span className={styles.number}>
                    {rate === undefined ? '–' : formatPercent(rate)}
                  </span>
                  <span className={styles.age}>
                    <Age time={job.metadata.creationTimestamp} />
                  </span>
                </li>
              );
            })}
          </ul>
        )}
      </CardBody>
      <CardFooter>
        <ButtonLink
          size="small"
          variant="secondary"
          href={links.newJob({ component })}
        >
          {t('job.new')}
        </ButtonLink>
      </CardFooter>
    </Card>
  );
}
