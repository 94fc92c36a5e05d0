import { Container } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useJob } from '../../hooks/useJob';
import { useRun, useRunsOfJob } from '../../hooks/useRun';
import { JobAddress } from '../../shell';
import { ErrorPanel, LoadingRows } from '../shared';
import { JobScreen } from './JobScreen';
import styles from './Job.module.css';

/** A run by its id, whether its job is still there or not. */
export function RunPage(props: { runId: string }) {
  const { t } = useArenaTranslation();
  const run = useRun(props.runId);
  const value = run.value;
  const address: JobAddress | undefined = value && {
    cluster: value.cluster,
    namespace: value.namespace,
    name: value.jobName,
  };
  const job = useJob(address);
  const runs = useRunsOfJob(address);

  if (run.error && !value) {
    return (
      <Container className={styles.panel}>
        <ErrorPanel
          title={t('error.run')}
          error={run.error}
          onRetry={run.reload}
        />
      </Container>
    );
  }
  if (!value || !address) {
    return (
      <Container className={styles.panel}>
        <LoadingRows rows={8} />
      </Container>
    );
  }
  // A job of the same name that was created later is another one.
  const object = job.value?.object;
  const own = object?.metadata.uid === value.jobUid ? object : undefined;
  return (
    <JobScreen address={address} job={own} run={value} runs={runs.value} />
  );
}
