import { Container } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useSource } from '../../hooks/useSource';
import { JobAddress } from '../../shell';
import { EmptyState, ErrorPanel, LoadingRows } from '../shared';
import { SourceScreen } from './SourceScreen';
import styles from './Source.module.css';

/** A source with its content, live. */
export function SourcePage(props: JobAddress) {
  const { cluster, namespace, name } = props;
  const { t } = useArenaTranslation();
  const source = useSource({ cluster, namespace, name });
  if (source.value?.object) {
    return (
      <SourceScreen
        address={{ cluster, namespace, name }}
        source={source.value.object}
      />
    );
  }
  return (
    <Container className={styles.panel}>
      {source.error && (
        <ErrorPanel
          title={t('error.source')}
          error={source.error}
          onRetry={source.reload}
        />
      )}
      {!source.error && !source.value && <LoadingRows rows={8} />}
      {source.value && (
        <EmptyState
          title={t('source.notFound', { name })}
          description={t('job.notFoundDescription', { cluster, namespace })}
        />
      )}
    </Container>
  );
}
