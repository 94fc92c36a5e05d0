import { Container } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useJob } from '../../hooks/useJob';
import { useLatestRun } from '../../hooks/useRun';
import { JobAddress } from '../../shell';
import { EmptyState, ErrorPanel, LoadingRows } from '../shared';
import { JobScreen } from './JobScreen';
import styles from './Job.module.css';

/** A job with its latest run, live. */
export function JobPage(props: JobAddress) {
  const { cluster, namespace, name } = props;
  const { t } = useArenaTranslation();
  const address = { cluster, namespace, name };
  const job = useJob(address);
  const { run, runs } = useLatestRun(address, job.value?.object);
  const error = job.error ?? runs.error;

  if (error && !job.value) {
    return (
      <Container className={styles.panel}>
        <ErrorPanel
          title={t('error.job')}
          error={error}
          onRetry={() => {
            job.reload();
            runs.reload();
          }}
        />
      </Container>
    );
  }
  if (!job.value || (!job.value.object && !runs.value)) {
    return (
      <Container className={styles.panel}>
        <LoadingRows rows={8} />
      </Container>
    );
  }
  if (!job.value.object && !run) {
    return (
      <Container className={styles.panel}>
        <EmptyState
          title={t('job.notFound', { name })}
          description={t('job.notFoundDescription', { cluster, namespace })}
        />
      </Container>
    );
  }
  return (
    <JobScreen
      address={address}
      job={job.value.object}
      run={run}
      runs={runs.value}
    />
  );
}
