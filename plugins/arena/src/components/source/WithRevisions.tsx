import { ReactNode } from 'react';
import { SourceRevision } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { Query } from '../../hooks/useQuery';
import { EmptyState, ErrorPanel, LoadingRows } from '../shared';

/** Shows what is about revisions once there are some, and until then why there are none. */
export function WithRevisions(props: {
  revisions: Query<SourceRevision[]>;
  children: (revisions: SourceRevision[]) => ReactNode;
}) {
  const { revisions, children } = props;
  const { t } = useArenaTranslation();
  const { value, error, reload } = revisions;
  if (value && value.length > 0) return <>{children(value)}</>;
  if (error) {
    return (
      <ErrorPanel title={t('error.revisions')} error={error} onRetry={reload} />
    );
  }
  return value ? (
    <EmptyState
      title={t('source.revisions.none')}
      description={t('source.revisions.noneDescription')}
    />
  ) : (
    <LoadingRows rows={6} />
  );
}
