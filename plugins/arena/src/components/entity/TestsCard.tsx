import { ReactNode } from 'react';
import { Card, CardBody, CardFooter, CardHeader } from '@backstage/ui';
import { useEntity } from '@backstage/plugin-catalog-react';
import { JobOverviews } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useOverviewsOf } from '../../overview/useOverviews';
import { ErrorPanel, LoadingRows } from '../shared';
import { MissingClusters } from './MissingClusters';
import styles from './Entity.module.css';

/** A card about the tests of the entity on the page. */
export function TestsCard(props: {
  title: string;
  aside?: (overviews: JobOverviews) => ReactNode;
  footer?: ReactNode;
  children: (overviews: JobOverviews) => ReactNode;
}) {
  const { title, aside, footer, children } = props;
  const { entity } = useEntity();
  const { t } = useArenaTranslation();
  const { value, error, reload } = useOverviewsOf(entity);
  return (
    <Card>
      <CardHeader>
        <div className={styles.head}>
          <h2 className={styles.title}>{title}</h2>
          {value && aside?.(value)}
        </div>
      </CardHeader>
      <CardBody>
        {error && !value && (
          <ErrorPanel title={t('error.jobs')} error={error} onRetry={reload} />
        )}
        {!value && !error && <LoadingRows rows={3} />}
        {value && (
          <>
            <MissingClusters missing={value.missing} />
            {children(value)}
          </>
        )}
      </CardBody>
      {footer && <CardFooter>{footer}</CardFooter>}
    </Card>
  );
}
