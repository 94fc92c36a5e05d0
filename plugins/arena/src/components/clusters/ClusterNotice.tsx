import { Alert } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { ClusterChoice } from './ClusterScope';
import styles from './Clusters.module.css';

/** Says that the cluster, or a namespace of it, cannot be read, and why. */
export function ClusterNotice(props: { choice: ClusterChoice }) {
  const { info } = props.choice;
  const { t } = useArenaTranslation();
  if (!info) return null;
  const { name, ready, message, failingNamespaces = [] } = info;
  if (ready && failingNamespaces.length === 0) return null;
  return (
    <div role="status" className={styles.notice}>
      <Alert
        status="warning"
        icon
        title={t(ready ? 'cluster.failingNamespaces' : 'cluster.notReady', {
          name,
        })}
        description={
          <>
            {message && <p className={styles.message}>{message}</p>}
            {ready &&
              failingNamespaces.map(failing => (
                <p key={failing.name} className={styles.message}>
                  <strong>{failing.name}</strong> {failing.message}
                </p>
              ))}
            {t(
              ready
                ? 'cluster.failingNamespacesDescription'
                : 'cluster.notReadyDescription',
            )}
          </>
        }
      />
    </div>
  );
}
