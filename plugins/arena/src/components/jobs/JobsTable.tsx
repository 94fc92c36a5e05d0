import { ReactNode, useMemo } from 'react';
import { Cell, CellText, ColumnConfig, Table, TableProps } from '@backstage/ui';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { passRateOfJob, progressOfJob } from '../../lib/counters';
import { formatPercent } from '../../lib/format';
import {
  addressOf,
  isLoadTest,
  phaseOf,
  sourceOf,
  typeOf,
} from '../../lib/jobs';
import { useArenaShell } from '../../shell';
import { LoadJobProgress } from '../load/LoadJobProgress';
import { Age, PhaseBadge, ProgressBar } from '../shared';
import { JobMenu } from './JobMenu';
import styles from './JobsPage.module.css';

interface Row {
  id: string;
  job: ArenaObject;
}

/** Jobs as a table; the page decides which. */
export function JobsTable(props: {
  cluster: string;
  jobs: ArenaObject[] | undefined;
  isStale?: boolean;
  pagination: TableProps<Row>['pagination'];
  sort?: TableProps<Row>['sort'];
  emptyState?: ReactNode;
}) {
  const { cluster, jobs } = props;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const rows = useMemo(
    () => jobs?.map(job => ({ id: job.metadata.uid, job })),
    [jobs],
  );
  const sortable = props.sort !== undefined;

  const columns = useMemo<ColumnConfig<Row>[]>(
    () => [
      {
        id: 'name',
        label: t('column.name'),
        isRowHeader: true,
        isSortable: sortable,
        minWidth: 180,
        defaultWidth: '3fr',
        cell: ({ job }) => (
          <CellText
            title={job.metadata.name}
            description={job.metadata.namespace}
          />
        ),
      },
      {
        id: 'phase',
        label: t('column.phase'),
        isSortable: sortable,
        minWidth: 124,
        defaultWidth: 124,
        cell: ({ job }) => (
          <Cell>
            <PhaseBadge phase={phaseOf(job)} />
          </Cell>
        ),
      },
      {
        id: 'progress',
        label: t('column.progress'),
        minWidth: 150,
        defaultWidth: '2fr',
        cell: ({ job }) => (
          <Cell>
            <JobProgress job={job} />
          </Cell>
        ),
      },
      {
        id: 'passRate',
        label: t('column.passRate'),
        minWidth: 106,
        defaultWidth: 106,
        cell: ({ job }) => {
          const rate = passRateOfJob(job);
          return (
            <CellText title={rate === undefined ? '–' : formatPercent(rate)} />
          );
        },
      },
      {
        id: 'source',
        label: t('column.source'),
        minWidth: 120,
        defaultWidth: '1.5fr',
        cell: ({ job }) => <CellText title={sourceOf(job)} />,
      },
      {
        id: 'type',
        label: t('column.type'),
        minWidth: 100,
        defaultWidth: 110,
        cell: ({ job }) => <CellText title={typeOf(job)} />,
      },
      {
        id: 'created',
        label: t('column.age'),
        isSortable: sortable,
        minWidth: 72,
        defaultWidth: 80,
        cell: ({ job }) => (
          <Cell>
            <span className={styles.text}>
              <Age time={job.metadata.creationTimestamp} />
            </span>
          </Cell>
        ),
      },
      {
        id: 'actions',
        label: t('column.actions'),
        minWidth: 92,
        defaultWidth: 92,
        cell: ({ job }) => (
          <Cell>
            <JobMenu job={job} cluster={cluster} />
          </Cell>
        ),
      },
    ],
    [t, cluster, sortable],
  );

  return (
    <Table
      columnConfig={columns}
      data={rows}
      isPending={rows === undefined}
      isStale={props.isStale}
      pagination={props.pagination}
      sort={props.sort}
      rowConfig={{
        getHref: ({ job }) => links.job(addressOf(job, cluster)),
      }}
      emptyState={props.emptyState}
    />
  );
}

function JobProgress(props: { job: ArenaObject }) {
  const { t } = useArenaTranslation();
  const counts = progressOfJob(props.job);
  if (!counts || counts.total === 0) {
    return <span className={styles.none}>–</span>;
  }
  if (isLoadTest(props.job, undefined)) {
    return <LoadJobProgress job={props.job} counts={counts} />;
  }
  return (
    <ProgressBar
      counts={counts}
      label={t('progress.label', { name: props.job.metadata.name })}
      showCount
    />
  );
}
