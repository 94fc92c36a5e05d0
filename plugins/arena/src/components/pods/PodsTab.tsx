import { useApiHolder } from '@backstage/frontend-plugin-api';
import {
  kubernetesApiRef,
  kubernetesAuthProvidersApiRef,
  kubernetesProxyApiRef,
} from '@backstage/plugin-kubernetes-react';
import { RiBox3Line } from '@remixicon/react';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { JobAddress } from '../../shell';
import { EmptyState } from '../shared';
import { PodsOfRun } from './PodsOfRun';

/** The pods that work for a job, as the Kubernetes plugin sees them; how to get that plugin where it is missing. */
export function PodsTab(props: {
  address: JobAddress;
  runId: string | undefined;
}) {
  const { address, runId } = props;
  const { t } = useArenaTranslation();
  const apis = useApiHolder();
  const isInstalled =
    apis.get(kubernetesApiRef) &&
    apis.get(kubernetesAuthProvidersApiRef) &&
    apis.get(kubernetesProxyApiRef);
  if (!isInstalled) {
    return (
      <EmptyState
        icon={<RiBox3Line size={40} />}
        title={t('pods.noPlugin')}
        description={t('pods.noPluginDescription')}
      />
    );
  }
  return <PodsOfRun address={address} runId={runId} />;
}
