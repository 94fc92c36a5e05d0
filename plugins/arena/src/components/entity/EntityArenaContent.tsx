import { useState } from 'react';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import { ButtonLink, Container, Header } from '@backstage/ui';
import { usePermission } from '@backstage/plugin-permission-react';
import { arenaJobCreatePermission } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useJobs } from '../../hooks/useJobs';
import { clusterOf } from '../../lib/entities';
import { useOverviewsOf } from '../../overview/useOverviews';
import { useArenaShell } from '../../shell';
import {
  ClusterChoice,
  ClusterNotice,
  ClusterScope,
  isAway,
  PageActions,
  useClusterQuery,
} from '../clusters';
import { JobsTable } from '../jobs/JobsTable';
import { EmptyState, ErrorPanel, LoadingRows, SectionCard } from '../shared';
import { EntityArenaCard } from './EntityArenaCard';
import { EntityFlakyCellsCard } from './EntityFlakyCellsCard';
import { EntityLoadTestCard } from './EntityLoadTestCard';
import { EntityNextRunCard } from './EntityNextRunCard';
import { MissingClusters } from './MissingClusters';
import { NoTests } from './NoTests';
import { TestsTable } from './TestsTable';
import styles from './Entity.module.css';

const PAGE_SIZE = 20;

/** The tests of an entity: how they went, when they run next, and all jobs that there are. */
export function EntityArenaContent() {
  const { entity } = useEntity();
  const { t } = useArenaTranslation();
  const kind = entity.kind.toLowerCase();
  const overviews = useOverviewsOf(entity);
  const { value, error } = overviews;
  const isTestable = kind !== 'system';
  return (
    <>
      <Container>
        {error && (
          <ErrorPanel
            title={t('error.jobs')}
            error={error}
            onRetry={overviews.reload}
          />
        )}
        {!value && !error && <LoadingRows rows={4} />}
        {value && <MissingClusters missing={value.missing} />}
        {value?.items.length === 0 && (
          <NoTests entity={entity} action={isTestable && <NewJob />} />
        )}
        {value && value.items.length > 0 && (
          <>
            <div className={styles.cards}>
              <EntityArenaCard />
              <EntityNextRunCard />
              <EntityLoadTestCard />
              <EntityFlakyCellsCard />
            </div>
            <SectionCard title={t('entity.latest')}>
              <TestsTable items={value.items} />
              {value.isTruncated && (
                <p className={styles.age}>{t('entity.more')}</p>
              )}
            </SectionCard>
          </>
        )}
      </Container>
      {isTestable && (
        <ClusterScope preferred={clusterOf(entity)}>
          {choice => (
            <JobsOfComponent
              key={choice.name}
              choice={choice}
              component={stringifyEntityRef(entity)}
            />
          )}
        </ClusterScope>
      )}
    </>
  );
}

/** The way to a job that tests the entity on the page. */
function NewJob() {
  const { entity } = useEntity();
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const { allowed } = usePermission({ permission: arenaJobCreatePermission });
  const cluster = clusterOf(entity);
  if (!allowed) return null;
  return (
    <ButtonLink
      size="small"
      variant="primary"
      href={links.newJob({
        ...(cluster && { cluster }),
        component: stringifyEntityRef(entity),
      })}
    >
      {t('job.new')}
    </ButtonLink>
  );
}

function JobsOfComponent(props: { choice: ClusterChoice; component: string }) {
  const { choice, component } = props;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const [pages, setPages] = useState<string[]>([]);
  const cursor = pages.at(-1);
  const jobs = useJobs({
    cluster: choice.name,
    component,
    orderBy: 'created',
    order: 'desc',
    limit: PAGE_SIZE,
    cursor,
  });
  const error = useClusterQuery(choice, jobs);
  const { allowed: canCreate } = usePermission({
    permission: arenaJobCreatePermission,
  });
  const create = canCreate && (
    <ButtonLink
      size="small"
      variant="primary"
      href={links.newJob({ ...choice.search, component })}
    >
      {t('job.new')}
    </ButtonLink>
  );
  const page = jobs.value;
  return (
    <>
      <Header
        title={t('entity.all')}
        customActions={<PageActions choice={choice}>{create}</PageActions>}
      />
      <Container>
        <ClusterNotice choice={choice} />
        {error && (
          <ErrorPanel
            title={t('error.jobs')}
            error={error}
            onRetry={jobs.reload}
          />
        )}
        {(page || (!jobs.error && !isAway(choice))) && (
          <JobsTable
            cluster={choice.name}
            jobs={page?.items}
            pagination={{
              type: 'page',
              pageSize: PAGE_SIZE,
              pageSizeOptions: [],
              offset: pages.length * PAGE_SIZE,
              totalCount: page?.totalItems ?? 0,
              hasNextPage: page?.nextCursor !== undefined,
              hasPreviousPage: cursor !== undefined,
              onNextPage: () =>
                setPages(old =>
                  page?.nextCursor ? [...old, page.nextCursor] : old,
                ),
              onPreviousPage: () => setPages(old => old.slice(0, -1)),
            }}
            emptyState={<EmptyState title={t('jobs.empty')} />}
          />
        )}
      </Container>
    </>
  );
}
