import { ButtonLink, Container, Header } from '@backstage/ui';
import { usePermission } from '@backstage/plugin-permission-react';
import { RiAddLine, RiSwordLine } from '@remixicon/react';
import { arenaJobCreatePermission } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useJobs } from '../../hooks/useJobs';
import { useArenaShell } from '../../shell';
import {
  ClusterChoice,
  ClusterNotice,
  ClusterScope,
  isAway,
  PageActions,
  useClusterQuery,
} from '../clusters';
import { EmptyState, ErrorPanel } from '../shared';
import { JobsFilters } from './JobsFilters';
import { JobsTable } from './JobsTable';
import { PAGE_SIZES, useJobsFilter } from './useJobsFilter';

/** What filters and pages mean in one cluster alone. */
const OF_CLUSTER = ['namespace', 'source', 'cursor', 'offset'];

/** All jobs of a cluster that the reader may see, live. */
export function JobsPage() {
  return (
    <ClusterScope resetOnChange={OF_CLUSTER}>
      {choice => <JobsOfCluster key={choice.name} choice={choice} />}
    </ClusterScope>
  );
}

function JobsOfCluster(props: { choice: ClusterChoice }) {
  const { choice } = props;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const filter = useJobsFilter(choice.name);
  const { query, offset } = filter;
  const jobs = useJobs(query);
  const error = useClusterQuery(choice, jobs);
  const { allowed: canCreate } = usePermission({
    permission: arenaJobCreatePermission,
  });
  const page = jobs.value;
  const create = canCreate && (
    <ButtonLink
      variant="primary"
      size="small"
      href={links.newJob(choice.search)}
      iconStart={<RiAddLine />}
    >
      {t('job.new')}
    </ButtonLink>
  );

  return (
    <>
      <Header
        title={t('jobs.title')}
        customActions={<PageActions choice={choice}>{create}</PageActions>}
      />
      <Container>
        <ClusterNotice choice={choice} />
        {(page || !isAway(choice)) && (
          <JobsFilters
            query={query}
            isFiltered={filter.isFiltered}
            onChange={filter.change}
          />
        )}
        {error && (
          <ErrorPanel
            title={t('error.jobs')}
            error={error}
            onRetry={jobs.reload}
          />
        )}
        {(page || (!jobs.error && !isAway(choice))) && (
          <JobsTable
            cluster={query.cluster}
            jobs={page?.items}
            sort={{
              descriptor: {
                column: query.orderBy ?? 'created',
                direction: query.order === 'asc' ? 'ascending' : 'descending',
              },
              onSortChange: ({ column, direction }) =>
                filter.change({
                  orderBy: String(column),
                  order: direction === 'ascending' ? 'asc' : 'desc',
                }),
            }}
            pagination={{
              type: 'page',
              pageSize: query.limit ?? PAGE_SIZES[0],
              pageSizeOptions: PAGE_SIZES,
              offset,
              totalCount: page?.totalItems ?? 0,
              hasNextPage: page?.nextCursor !== undefined,
              hasPreviousPage: query.cursor !== undefined,
              onNextPage: () =>
                page?.nextCursor && filter.next(page.nextCursor),
              onPreviousPage: filter.previous,
              onPageSizeChange: size => filter.change({ limit: String(size) }),
            }}
            emptyState={
              filter.isFiltered ? (
                <EmptyState
                  title={t('jobs.noMatch')}
                  description={t('jobs.noMatchDescription')}
                />
              ) : (
                <EmptyState
                  icon={<RiSwordLine size={40} />}
                  title={t('jobs.empty')}
                  description={t('jobs.emptyDescription')}
                  action={create}
                />
              )
            }
          />
        )}
      </Container>
    </>
  );
}
