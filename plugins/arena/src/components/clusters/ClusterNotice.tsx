import { Alert } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { ClusterChoice } from './ClusterScope';
import styles from './Clusters.module.css';

/** Says that the cluster cannot be reached, and why. */
export function ClusterNotice(props: { choice: ClusterChoice }) {
  const { info } = props.choice;
  const { t } = useArenaTranslation();
  if (!info || info.ready) return null;
  return (
    <div role="status" className={styles.notice}>
      <Alert
        status="warning"
        icon
        title={t('cluster.notReady', { name: info.name })}
        description={
          <>
            {info.message && <p className={styles.message}>{info.message}</p>}
            {t('cluster.notReadyDescription')}
          </>
        }
      />
    </div>
  );
}
