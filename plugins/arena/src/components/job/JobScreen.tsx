import { useMemo } from 'react';
import { Tab, TabPanel, Tabs, Container } from '@backstage/ui';
import {
  ArenaObject,
  EMBEDDED_CLUSTER,
  Run,
  RunMatrix,
} from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { JobAddress, useSearchState } from '../../shell';
import { TrendCard, TrendChoices } from '../comparison';
import { RejectsTab, RowsTab } from '../dataset';
import { ItemsTab } from '../items/ItemsTab';
import { LazyPodsTab } from '../pods';
import { ScheduleTab } from '../schedule';
import { EmptyState, TabBar } from '../shared';
import { EventsTab } from './EventsTab';
import { JobHeader } from './JobHeader';
import { OverviewTab } from './OverviewTab';
import { ReportsTab } from './ReportsTab';
import { RunsTab } from './RunsTab';
import { useRunResults } from './useRunResults';
import { YamlTab } from './YamlTab';
import styles from './Job.module.css';

const TABS = [
  'overview',
  'schedule',
  'rows',
  'rejects',
  'items',
  'pods',
  'events',
  'yaml',
  'reports',
  'runs',
] as const;

/**
 * A job and one of its runs. Either may be missing: a job that waits has no run yet, and a run outlives its job.
 */
export function JobScreen(props: {
  address: JobAddress;
  job: ArenaObject | undefined;
  run: Run | undefined;
  runs: Run[] | undefined;
}) {
  const { address, job, run, runs } = props;
  const { t } = useArenaTranslation();
  const search = useSearchState();
  const { isLoad, isData, watch, dataset, matrix, instead } = useRunResults(
    address,
    job,
    run,
  );
  const choices = useMemo(
    () => matrix.value && choicesOf(matrix.value),
    [matrix.value],
  );
  // Elsewhere workers are pods; here they are processes of the portal.
  const hasPods = address.cluster !== EMBEDDED_CLUSTER;
  const hidden = [
    !job?.spec.schedule && 'schedule',
    !hasPods && 'pods',
    isLoad && 'items',
    !isData && 'rows',
    !isData && 'rejects',
  ];
  const tabs = TABS.filter(one => !hidden.includes(one));
  const tab = tabs.find(one => one === search.get('tab')) ?? 'overview';

  return (
    <>
      <JobHeader
        address={address}
        job={job}
        run={run}
        watch={watch}
        dataset={dataset}
      />
      <Container>
        <Tabs
          selectedKey={tab}
          onSelectionChange={key =>
            search.set({ tab: String(key), item: undefined }, { push: true })
          }
        >
          <TabBar label={t('job.tabs')}>
            {tabs.map(id => (
              <Tab key={id} id={id}>
                {isData && id === 'items'
                  ? t('dataset.tab.attempts')
                  : t(`tab.${id}`)}
              </Tab>
            ))}
          </TabBar>
          <TabPanel id="overview" className={styles.panel}>
            <OverviewTab
              job={job}
              run={run}
              matrix={matrix}
              instead={instead}
              onSelect={(scenario, provider) =>
                search.set(
                  {
                    tab: 'items',
                    scenario,
                    provider,
                    status: undefined,
                    item: undefined,
                  },
                  { push: true },
                )
              }
            />
          </TabPanel>
          {job?.spec.schedule && (
            <TabPanel id="schedule" className={styles.panel}>
              <ScheduleTab address={address} job={job} choices={choices} />
            </TabPanel>
          )}
          {isData && (
            <TabPanel id="rows" className={styles.panel}>
              {run ? (
                <RowsTab runId={run.id} jobName={run.jobName} />
              ) : (
                <NoRun />
              )}
            </TabPanel>
          )}
          {isData && (
            <TabPanel id="rejects" className={styles.panel}>
              {run ? <RejectsTab runId={run.id} /> : <NoRun />}
            </TabPanel>
          )}
          {!isLoad && (
            <TabPanel id="items" className={styles.panel}>
              {run ? <ItemsTab run={run} matrix={matrix.value} /> : <NoRun />}
            </TabPanel>
          )}
          {hasPods && (
            <TabPanel id="pods" className={styles.panel}>
              <LazyPodsTab address={address} runId={run?.id} />
            </TabPanel>
          )}
          <TabPanel id="events" className={styles.panel}>
            <EventsTab
              address={address}
              kind="ArenaJob"
              topic={`job:${address.cluster}/${address.namespace}/${address.name}`}
            />
          </TabPanel>
          <TabPanel id="yaml" className={styles.panel}>
            <YamlTab object={job} />
          </TabPanel>
          <TabPanel id="reports" className={styles.panel}>
            <ReportsTab run={run} />
          </TabPanel>
          <TabPanel id="runs" className={styles.panel}>
            <RunsTab runs={runs} current={run?.id} />
            {run?.pins.type === 'evaluation' && !job?.spec.schedule && (
              <TrendCard
                address={address}
                version={run.state}
                choices={choices}
              />
            )}
          </TabPanel>
        </Tabs>
      </Container>
    </>
  );
}

/** What the trend of a job can be narrowed to. */
function choicesOf({ scenarios, providers }: RunMatrix): TrendChoices {
  return {
    scenarios: scenarios.map(({ id }) => id),
    providers: providers.map(({ id }) => id),
  };
}

function NoRun() {
  const { t } = useArenaTranslation();
  return (
    <EmptyState title={t('run.none')} description={t('run.noneDescription')} />
  );
}
