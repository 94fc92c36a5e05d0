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
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useJobs } from '../../hooks/useJobs';
import { passRateOfJob } from '../../lib/counters';
import { formatPercent } from '../../lib/format';
import { clusterOf } from '../../lib/entities';
import { addressOf, phaseOf } from '../../lib/jobs';
import { useArenaShell } from '../../shell';
import {
  ClusterChoice,
  ClusterNotice,
  ClusterScope,
  isAway,
  useClusterQuery,
} from '../clusters';
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
  return (
    <ClusterScope isCard preferred={clusterOf(entity)}>
      {choice => (
        <LatestJobs choice={choice} component={stringifyEntityRef(entity)} />
      )}
    </ClusterScope>
  );
}

function LatestJobs(props: { choice: ClusterChoice; component: string }) {
  const { choice, component } = props;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const jobs = useJobs({
    cluster: choice.name,
    component,
    orderBy: 'created',
    order: 'desc',
    limit: TREND,
  });
  const error = useClusterQuery(choice, jobs);
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
        <ClusterNotice choice={choice} />
        {error && !items && (
          <ErrorPanel
            title={t('error.jobs')}
            error={error}
            onRetry={jobs.reload}
          />
        )}
        {!items && !jobs.error && !isAway(choice) && <LoadingRows rows={3} />}
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
                    href={links.job(addressOf(job, choice.name))}
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
          href={links.newJob({ ...choice.search, component })}
        >
          {t('job.new')}
        </ButtonLink>
      </CardFooter>
    </Card>
  );
}
