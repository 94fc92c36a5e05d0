import { useEntity } from '@backstage/plugin-catalog-react';
import {
  ButtonLink,
  Card,
  CardBody,
  CardFooter,
  CardHeader,
} from '@backstage/ui';
import { RiPulseLine } from '@remixicon/react';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useJob } from '../../hooks/useJob';
import { passRateOfJob, progressOfJob } from '../../lib/counters';
import { clusterOf, jobAddressOf } from '../../lib/entities';
import { formatPercent } from '../../lib/format';
import { phaseOf, sourceOf } from '../../lib/jobs';
import { JobAddress, useArenaShell } from '../../shell';
import { ClusterScope } from '../clusters';
import {
  ErrorPanel,
  LoadingRows,
  PhaseBadge,
  ProgressBar,
  Stat,
  StatRow,
} from '../shared';
import styles from './Entity.module.css';

/** State of the job that an ArenaJob entity stands for, and the way to its page. */
export function ArenaJobEntityCard() {
  const { entity } = useEntity();
  return (
    <ClusterScope isCard preferred={clusterOf(entity)}>
      {({ name }) => <JobCard address={jobAddressOf(entity, name)} />}
    </ClusterScope>
  );
}

function JobCard(props: { address: JobAddress }) {
  const { address } = props;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const state = useJob(address);
  const job = state.value?.object;
  const counts = job && progressOfJob(job);
  const rate = job && passRateOfJob(job);
  return (
    <Card>
      <CardHeader>
        <div className={styles.head}>
          <h2 className={styles.title}>{t('entity.job')}</h2>
          {job && <PhaseBadge phase={phaseOf(job)} />}
        </div>
      </CardHeader>
      <CardBody className={styles.body}>
        {state.error && !state.value && (
          <ErrorPanel
            title={t('error.job')}
            error={state.error}
            onRetry={state.reload}
          />
        )}
        {!state.value && !state.error && <LoadingRows rows={2} />}
        {state.value && !job && <p className={styles.age}>{t('job.gone')}</p>}
        {counts && counts.total > 0 && (
          <ProgressBar
            counts={counts}
            label={t('progress.label', { name: address.name })}
            showCount
          />
        )}
        {job && (
          <StatRow>
            <Stat label={t('stat.passRate')}>
              {rate === undefined ? '–' : formatPercent(rate)}
            </Stat>
            <Stat label={t('column.source')}>{sourceOf(job)}</Stat>
          </StatRow>
        )}
      </CardBody>
      <CardFooter>
        <ButtonLink
          size="small"
          variant="secondary"
          iconStart={<RiPulseLine />}
          href={links.job(address)}
        >
          {t('entity.openLive')}
        </ButtonLink>
      </CardFooter>
    </Card>
  );
}
