import { useApiHolder } from '@backstage/frontend-plugin-api';
import { kubernetesApiRef } from '@backstage/plugin-kubernetes-react';
import {
  kubernetesClustersReadPermission,
  kubernetesProxyPermission,
} from '@backstage/plugin-kubernetes-common';
import { usePermission } from '@backstage/plugin-permission-react';
import { RiBox3Line } from '@remixicon/react';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { JobAddress } from '../../shell';
import { EmptyState, LoadingRows } from '../shared';
import { PodsOfRun } from './PodsOfRun';

/** The pods that work for a job, as the Kubernetes plugin sees them; how to get that plugin where it is missing. */
export function PodsTab(props: {
  address: JobAddress;
  runId: string | undefined;
}) {
  const { address, runId } = props;
  const { t } = useArenaTranslation();
  const apis = useApiHolder();
  const proxy = usePermission({ permission: kubernetesProxyPermission });
  // The plugin asks for the clusters before it asks one of them.
  const clusters = usePermission({
    permission: kubernetesClustersReadPermission,
  });
  if (!apis.get(kubernetesApiRef)) {
    return (
      <EmptyState
        icon={<RiBox3Line size={40} />}
        title={t('pods.noPlugin')}
        description={t('pods.noPluginDescription')}
      />
    );
  }
  if (proxy.loading || clusters.loading) return <LoadingRows />;
  if (!proxy.allowed || !clusters.allowed) {
    return (
      <EmptyState
        icon={<RiBox3Line size={40} />}
        title={t('pods.forbidden')}
        description={t('pods.forbiddenDescription')}
      />
    );
  }
  return <PodsOfRun address={address} runId={runId} />;
}
