import { Alert } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { ClusterChoice } from './ClusterScope';
import styles from './Clusters.module.css';

/** Says that the cluster, or something of it, cannot be read, and why. */
export function ClusterNotice(props: { choice: ClusterChoice }) {
  const { info } = props.choice;
  const { t } = useArenaTranslation();
  if (!info) return null;
  const { name, ready, message, failingNamespaces = [] } = info;
  if (ready && !message && failingNamespaces.length === 0) return null;
  const words = wordsOf(ready, failingNamespaces.length > 0);
  return (
    <div role="status" className={styles.notice}>
      <Alert
        status="warning"
        icon
        title={t(words.title, { name })}
        description={
          <>
            {message && <p className={styles.message}>{message}</p>}
            {ready &&
              failingNamespaces.map(failing => (
                <p key={failing.name} className={styles.message}>
                  <strong>{failing.name}</strong> {failing.message}
                </p>
              ))}
            {t(words.description)}
          </>
        }
      />
    </div>
  );
}

function wordsOf(ready: boolean, areNamespacesFailing: boolean) {
  if (!ready) {
    return {
      title: 'cluster.notReady',
      description: 'cluster.notReadyDescription',
    } as const;
  }
  return areNamespacesFailing
    ? ({
        title: 'cluster.failingNamespaces',
        description: 'cluster.failingNamespacesDescription',
      } as const)
    : ({
        title: 'cluster.degraded',
        description: 'cluster.degradedDescription',
      } as const);
}
