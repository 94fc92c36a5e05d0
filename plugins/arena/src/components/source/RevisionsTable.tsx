import { useMemo } from 'react';
import { Cell, CellText, ColumnConfig, Link, Table } from '@backstage/ui';
import { SourceRevision } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatBytes, formatCount } from '../../lib/format';
import { shortRevision } from '../../lib/sources';
import { JobAddress, useArenaShell } from '../../shell';
import { Age, EmptyState } from '../shared';
import badges from '../shared/badges.module.css';
import styles from './Source.module.css';

type Row = SourceRevision & { id: string; previous?: string };

/** What a source has fetched, newest first, with ways into it. */
export function RevisionsTable(props: {
  address: JobAddress;
  revisions: readonly SourceRevision[];
}) {
  const { address, revisions } = props;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const rows = useMemo<Row[]>(
    () =>
      revisions.map((revision, index) => ({
        ...revision,
        id: revision.digest,
        previous: revisions[index + 1]?.version,
      })),
    [revisions],
  );
  const columns = useMemo<ColumnConfig<Row>[]>(
    () => [
      {
        id: 'revision',
        label: t('column.revision'),
        isRowHeader: true,
        defaultWidth: '2fr',
        minWidth: 140,
        cell: row => (
          <CellText
            title={shortRevision(row.revision)}
            description={`${row.version} · ${formatBytes(row.size)}`}
          />
        ),
      },
      {
        id: 'state',
        label: t('column.state'),
        defaultWidth: 110,
        minWidth: 90,
        cell: row => (
          <Cell>
            {row.current && (
              <span className={badges.badge} data-tone="True">
                {t('source.revisions.current')}
              </span>
            )}
          </Cell>
        ),
      },
      {
        id: 'runs',
        label: t('source.revisions.runs'),
        defaultWidth: '1fr',
        minWidth: 80,
        cell: ({ runs }) => (
          <CellText
            title={formatCount(runs.total)}
            description={
              runs.open > 0
                ? t('source.revisions.open', { count: runs.open })
                : undefined
            }
          />
        ),
      },
      {
        id: 'age',
        label: t('source.revisions.fetched'),
        defaultWidth: 90,
        minWidth: 70,
        cell: row => (
          <Cell>
            <span className={styles.text}>
              <Age time={row.fetchedAt} />
            </span>
          </Cell>
        ),
      },
      {
        id: 'actions',
        label: t('column.actions'),
        defaultWidth: '1fr',
        minWidth: 110,
        cell: row => (
          <Cell>
            <span className={styles.links}>
              <Link
                href={links.source(address, {
                  tab: 'files',
                  revision: row.version,
                })}
                aria-label={t('source.revisions.filesOf', {
                  version: row.version,
                })}
              >
                {t('source.tab.files')}
              </Link>
              {row.previous && (
                <Link
                  href={links.source(address, {
                    tab: 'changes',
                    from: row.previous,
                    to: row.version,
                  })}
                  aria-label={t('source.revisions.changesOf', {
                    version: row.version,
                  })}
                >
                  {t('source.tab.changes')}
                </Link>
              )}
            </span>
          </Cell>
        ),
      },
    ],
    // eslint-disable-next-line react-hooks/exhaustive-deps -- an address is the same when its parts are
    [t, links, address.cluster, address.namespace, address.name],
  );
  return (
    <Table
      columnConfig={columns}
      data={rows}
      pagination={{ type: 'none' }}
      emptyState={
        <EmptyState
          title={t('source.revisions.none')}
          description={t('source.revisions.noneDescription')}
        />
      }
    />
  );
}
