import { ReactNode } from 'react';
import { useEntity } from '@backstage/plugin-catalog-react';
import { Container } from '@backstage/ui';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useJob } from '../../hooks/useJob';
import { useLatestRun } from '../../hooks/useRun';
import { clusterOf, jobAddressOf } from '../../lib/entities';
import { JobAddress, useArenaShell } from '../../shell';
import { ClusterScope } from '../clusters';
import { TrendCard } from '../comparison';
import { OverviewTab } from '../job/OverviewTab';
import { RunsTab } from '../job/RunsTab';
import { useRunResults } from '../job/useRunResults';
import { YamlTab } from '../job/YamlTab';
import { ScheduleTab } from '../schedule';
import { EmptyState, ErrorPanel, LoadingRows } from '../shared';
import styles from './Entity.module.css';

/** The results of the latest run of the job that an ArenaJob entity stands for. */
export function ArenaJobResultsContent() {
  return (
    <PartOfJob>
      {(address, job) => <Results address={address} job={job} />}
    </PartOfJob>
  );
}

/** Its runs, and how they went over time. */
export function ArenaJobRunsContent() {
  return (
    <PartOfJob>
      {(address, job) => <Runs address={address} job={job} />}
    </PartOfJob>
  );
}

/** When it is due, and what became of the times at which it was. */
export function ArenaJobScheduleContent() {
  return (
    <PartOfJob>
      {(address, job) =>
        job.spec.schedule ? (
          <ScheduleTab address={address} job={job} />
        ) : (
          <NoSchedule />
        )
      }
    </PartOfJob>
  );
}

/** The object as the cluster has it. */
export function ArenaJobYamlContent() {
  return <PartOfJob>{(_, job) => <YamlTab object={job} />}</PartOfJob>;
}

function PartOfJob(props: {
  children: (address: JobAddress, job: ArenaObject) => ReactNode;
}) {
  const { entity } = useEntity();
  return (
    <ClusterScope isCard preferred={clusterOf(entity)}>
      {({ name }) => (
        <JobOfEntity address={jobAddressOf(entity, name)}>
          {props.children}
        </JobOfEntity>
      )}
    </ClusterScope>
  );
}

function JobOfEntity(props: {
  address: JobAddress;
  children: (address: JobAddress, job: ArenaObject) => ReactNode;
}) {
  const { address, children } = props;
  const { t } = useArenaTranslation();
  const { value, error, reload } = useJob(address);
  return (
    <Container className={styles.part}>
      {error && !value && (
        <ErrorPanel title={t('error.job')} error={error} onRetry={reload} />
      )}
      {!value && !error && <LoadingRows rows={6} />}
      {value &&
        (value.object ? (
          children(address, value.object)
        ) : (
          <EmptyState
            title={t('job.notFound', { name: address.name })}
            description={t('job.notFoundDescription', {
              cluster: address.cluster,
              namespace: address.namespace,
            })}
          />
        ))}
    </Container>
  );
}

function Results(props: { address: JobAddress; job: ArenaObject }) {
  const { address, job } = props;
  const { links, navigate } = useArenaShell();
  const { run } = useLatestRun(address, job);
  const { matrix, instead } = useRunResults(address, job, run);
  return (
    <OverviewTab
      job={job}
      run={run}
      matrix={matrix}
      instead={instead}
      onSelect={(scenario, provider) =>
        navigate(links.job(address, { tab: 'items', scenario, provider }))
      }
    />
  );
}

function Runs(props: { address: JobAddress; job: ArenaObject }) {
  const { address, job } = props;
  const { run, runs } = useLatestRun(address, job);
  return (
    <>
      <RunsTab runs={runs.value} current={run?.id} />
      {run?.pins.type === 'evaluation' && (
        <TrendCard address={address} version={run.state} />
      )}
    </>
  );
}

function NoSchedule() {
  const { t } = useArenaTranslation();
  return (
    <EmptyState
      title={t('entity.nextNone')}
      description={t('entity.nextNoneDescription')}
    />
  );
}
