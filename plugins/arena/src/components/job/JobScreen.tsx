import { Tab, TabList, TabPanel, Tabs, Container } from '@backstage/ui';
import {
  ArenaObject,
  EMBEDDED_CLUSTER,
  Run,
} from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useMatrix } from '../../hooks/useRun';
import { isLoadTest } from '../../lib/jobs';
import { useLoadWatch } from '../../load/useLoadWatch';
import { JobAddress, useSearchState } from '../../shell';
import { ItemsTab } from '../items/ItemsTab';
import { LoadOverview } from '../load';
import { LazyPodsTab } from '../pods';
import { EmptyState } from '../shared';
import { EventsTab } from './EventsTab';
import { JobHeader } from './JobHeader';
import { OverviewTab } from './OverviewTab';
import { ReportsTab } from './ReportsTab';
import { RunsTab } from './RunsTab';
import { YamlTab } from './YamlTab';
import styles from './Job.module.css';

const TABS = [
  'overview',
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
  const isLoad = isLoadTest(job, run);
  const watch = useLoadWatch(isLoad ? run?.id : undefined);
  const matrix = useMatrix(isLoad ? undefined : run?.id);
  // Elsewhere workers are pods; here they are processes of the portal.
  const hasPods = address.cluster !== EMBEDDED_CLUSTER;
  const hidden = [!hasPods && 'pods', isLoad && 'items'];
  const tabs = TABS.filter(one => !hidden.includes(one));
  const tab = tabs.find(one => one === search.get('tab')) ?? 'overview';

  return (
    <>
      <JobHeader address={address} job={job} run={run} watch={watch} />
      <Container>
        <Tabs
          selectedKey={tab}
          onSelectionChange={key =>
            search.set({ tab: String(key), item: undefined }, { push: true })
          }
        >
          <TabList aria-label={t('job.tabs')}>
            {tabs.map(id => (
              <Tab key={id} id={id}>
                {t(`tab.${id}`)}
              </Tab>
            ))}
          </TabList>
          <TabPanel id="overview" className={styles.panel}>
            <OverviewTab
              job={job}
              run={run}
              matrix={matrix}
              load={
                watch &&
                run && (
                  <LoadOverview watch={watch} run={run} address={address} />
                )
              }
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
          {!isLoad && (
            <TabPanel id="items" className={styles.panel}>
              {run ? (
                <ItemsTab run={run} matrix={matrix.value} />
              ) : (
                <EmptyState
                  title={t('run.none')}
                  description={t('run.noneDescription')}
                />
              )}
            </TabPanel>
          )}
          {hasPods && (
            <TabPanel id="pods" className={styles.panel}>
              <LazyPodsTab address={address} runId={run?.id} />
            </TabPanel>
          )}
          <TabPanel id="events" className={styles.panel}>
            <EventsTab address={address} />
          </TabPanel>
          <TabPanel id="yaml" className={styles.panel}>
            <YamlTab job={job} />
          </TabPanel>
          <TabPanel id="reports" className={styles.panel}>
            <ReportsTab run={run} />
          </TabPanel>
          <TabPanel id="runs" className={styles.panel}>
            <RunsTab runs={runs} current={run?.id} />
          </TabPanel>
        </Tabs>
      </Container>
    </>
  );
}
