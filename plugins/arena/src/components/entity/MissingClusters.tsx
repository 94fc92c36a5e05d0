import { Alert } from '@backstage/ui';
import { JobOverviews } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';

/** Says of which clusters jobs are missing, and why. */
export function MissingClusters(props: { missing: JobOverviews['missing'] }) {
  const { t } = useArenaTranslation();
  return (
    <>
      {props.missing.map(({ cluster, message }) => (
        <Alert
          key={cluster}
          status="warning"
          title={t('entity.missing', { name: cluster })}
          description={message}
        />
      ))}
    </>
  );
}
