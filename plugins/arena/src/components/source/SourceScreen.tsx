import { Container, Tab, TabPanel, Tabs } from '@backstage/ui';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { JobAddress, useSearchState } from '../../shell';
import { EventsTab } from '../job/EventsTab';
import { YamlTab } from '../job/YamlTab';
import { TabBar } from '../shared';
import { BundleTab } from './BundleTab';
import { ChangesTab } from './ChangesTab';
import { FilesTab } from './FilesTab';
import { SourceHeader } from './SourceHeader';
import { SourceOverview } from './SourceOverview';
import { useRevisions } from './useRevisions';
import styles from './Source.module.css';

const TABS = [
  'overview',
  'files',
  'bundle',
  'changes',
  'events',
  'yaml',
] as const;

/** A source: what state it is in, and what its revisions hold. */
export function SourceScreen(props: {
  address: JobAddress;
  source: ArenaObject;
}) {
  const { address, source } = props;
  const { t } = useArenaTranslation();
  const search = useSearchState();
  const revisions = useRevisions(address, source);
  const tab = TABS.find(one => one === search.get('tab')) ?? 'overview';
  return (
    <>
      <SourceHeader address={address} source={source} />
      <Container>
        <Tabs
          selectedKey={tab}
          onSelectionChange={key =>
            search.set({ tab: String(key) }, { push: true })
          }
        >
          <TabBar label={t('source.tabs')}>
            {TABS.map(id => (
              <Tab key={id} id={id}>
                {t(`source.tab.${id}`)}
              </Tab>
            ))}
          </TabBar>
          <TabPanel id="overview" className={styles.panel}>
            <SourceOverview
              address={address}
              source={source}
              revisions={revisions}
            />
          </TabPanel>
          <TabPanel id="files" className={styles.panel}>
            <FilesTab address={address} revisions={revisions} />
          </TabPanel>
          <TabPanel id="bundle" className={styles.panel}>
            <BundleTab address={address} revisions={revisions} />
          </TabPanel>
          <TabPanel id="changes" className={styles.panel}>
            <ChangesTab address={address} revisions={revisions} />
          </TabPanel>
          <TabPanel id="events" className={styles.panel}>
            <EventsTab address={address} kind="ArenaSource" topic="sources" />
          </TabPanel>
          <TabPanel id="yaml" className={styles.panel}>
            <YamlTab object={source} />
          </TabPanel>
        </Tabs>
      </Container>
    </>
  );
}
