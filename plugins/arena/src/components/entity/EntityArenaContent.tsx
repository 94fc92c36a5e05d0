import { useState } from 'react';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import { ButtonLink, Container, Header } from '@backstage/ui';
import { usePermission } from '@backstage/plugin-permission-react';
import { arenaJobCreatePermission } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useJobs } from '../../hooks/useJobs';
import { clusterOf } from '../../lib/entities';
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
import { EmptyState, ErrorPanel } from '../shared';

const PAGE_SIZE = 20;

/** The jobs that test a component. */
export function EntityArenaContent() {
  const { entity } = useEntity();
  return (
    <ClusterScope preferred={clusterOf(entity)}>
      {choice => (
        <JobsOfComponent
          key={choice.name}
          choice={choice}
          component={stringifyEntityRef(entity)}
        />
      )}
    </ClusterScope>
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
        title={t('entity.jobs')}
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
            emptyState={
              <EmptyState
                title={t('entity.none')}
                description={t('entity.noneDescription')}
                action={create}
              />
            }
          />
        )}
      </Container>
    </>
  );
}
