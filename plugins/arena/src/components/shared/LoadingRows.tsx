import { Skeleton } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import styles from './LoadingRows.module.css';

/** Holds the place of content that is on its way. */
export function LoadingRows(props: { rows?: number; height?: number }) {
  const { t } = useArenaTranslation();
  return (
    <div role="status" aria-label={t('loading')} className={styles.root}>
      {Array.from({ length: props.rows ?? 5 }, (_, i) => (
        <Skeleton key={i} width="100%" height={props.height ?? 28} />
      ))}
    </div>
  );
}
