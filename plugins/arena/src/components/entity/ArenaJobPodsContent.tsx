import { useEntity } from '@backstage/plugin-catalog-react';
import { Container, Header } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useRunsOfJob } from '../../hooks/useRun';
import { clusterOf, jobAddressOf } from '../../lib/entities';
import { JobAddress } from '../../shell';
import { ClusterScope } from '../clusters';
import { LazyPodsTab } from '../pods';

/** The pods that work for the job of an ArenaJob entity, of its latest run. */
export function ArenaJobPodsContent() {
  const { entity } = useEntity();
  return (
    <ClusterScope isCard preferred={clusterOf(entity)}>
      {({ name }) => <PodsOfJob address={jobAddressOf(entity, name)} />}
    </ClusterScope>
  );
}

function PodsOfJob(props: { address: JobAddress }) {
  const { address } = props;
  const { t } = useArenaTranslation();
  const runs = useRunsOfJob(address);
  return (
    <>
      <Header title={t('tab.pods')} />
      <Container>
        <LazyPodsTab address={address} runId={runs.value?.[0]?.id} />
      </Container>
    </>
  );
}
