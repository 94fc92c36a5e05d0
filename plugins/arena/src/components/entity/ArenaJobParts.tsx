import { ReactNode } from 'react';
import { useEntity } from '@backstage/plugin-catalog-react';
import { Container } from '@backstage/ui';
import { ArenaObject, Run } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useJob } from '../../hooks/useJob';
import { useMatrix, useRun, useRunsOfJob } from '../../hooks/useRun';
import { clusterOf, jobAddressOf } from '../../lib/entities';
import { isLoadTest, runIdOf } from '../../lib/jobs';
import { useLoadWatch } from '../../load/useLoadWatch';
import { isDataGeneration } from '../../dataset/isDataGeneration';
import { useDataset } from '../../dataset/useDataset';
import { JobAddress, useArenaShell } from '../../shell';
import { ClusterScope } from '../clusters';
import { TrendCard } from '../comparison';
import { DatasetOverview } from '../dataset';
import { OverviewTab } from '../job/OverviewTab';
import { RunsTab } from '../job/RunsTab';
import { YamlTab } from '../job/YamlTab';
import { LoadOverview } from '../load';
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

/** The latest run. Those of a job with a schedule are of its children: its status names the latest one. */
function useLatestRun(
  address: JobAddress,
  job: ArenaObject,
): { run: Run | undefined; runs: Run[] | undefined } {
  const runs = useRunsOfJob(address);
  const [latest] = runs.value ?? [];
  const run = useRun(latest?.id ?? runIdOf(job));
  return { run: run.value ?? latest, runs: runs.value };
}

function Results(props: { address: JobAddress; job: ArenaObject }) {
  const { address, job } = props;
  const { links, navigate } = useArenaShell();
  const { run } = useLatestRun(address, job);
  const isLoad = isLoadTest(job, run);
  const isData = isDataGeneration(job, run);
  const watch = useLoadWatch(isLoad ? run?.id : undefined);
  const dataset = useDataset(isData ? run?.id : undefined);
  const matrix = useMatrix(isLoad || isData ? undefined : run?.id);
  let instead;
  if (watch && run) {
    instead = <LoadOverview watch={watch} run={run} address={address} />;
  } else if (isData && run) {
    instead = dataset.value ? (
      <DatasetOverview state={dataset.value} run={run} />
    ) : (
      <LoadingRows rows={6} />
    );
  }
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
      <RunsTab runs={runs} current={run?.id} />
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
