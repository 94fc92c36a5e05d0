import { ReactNode, useMemo } from 'react';
import {
  ButtonLink,
  Cell,
  CellText,
  ColumnConfig,
  Link,
  Table,
  TableProps,
} from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useQuery } from '../../hooks/useQuery';
import { formatCount } from '../../lib/format';
import { addressOf } from '../../lib/jobs';
import { fieldOf, originOf, shortRevision, troubleOf } from '../../lib/sources';
import { useArenaShell } from '../../shell';
import { ClusterChoice } from '../clusters';
import { Age } from '../shared';
import { SourcePhaseBadge } from '../source/SourcePhaseBadge';
import styles from './Sources.module.css';

interface Row {
  id: string;
  source: ArenaObject;
}

/** Sources as a table. */
export function SourcesTable(props: {
  choice: ClusterChoice;
  sources: ArenaObject[] | undefined;
  pagination: TableProps<Row>['pagination'];
  emptyState: ReactNode;
}) {
  const { sources, choice } = props;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const rows = useMemo(
    () => sources?.map(source => ({ id: source.metadata.uid, source })),
    [sources],
  );
  const columns = useMemo<ColumnConfig<Row>[]>(
    () => [
      {
        id: 'name',
        label: t('column.name'),
        isRowHeader: true,
        defaultWidth: '1.5fr',
        minWidth: 150,
        cell: ({ source }) => (
          <CellText
            title={source.metadata.name}
            description={source.metadata.namespace}
          />
        ),
      },
      {
        id: 'origin',
        label: t('column.origin'),
        defaultWidth: '2fr',
        minWidth: 150,
        cell: ({ source }) => (
          <CellText
            title={originOf(source)}
            description={String(source.spec.type ?? '')}
          />
        ),
      },
      {
        id: 'phase',
        label: t('column.phase'),
        defaultWidth: '2fr',
        minWidth: 170,
        cell: ({ source }) => (
          <Cell>
            <SourceState source={source} />
          </Cell>
        ),
      },
      {
        id: 'revision',
        label: t('column.revision'),
        defaultWidth: '1.2fr',
        minWidth: 130,
        cell: ({ source }) => {
          const artifact = source.status?.artifact;
          return (
            <CellText
              title={shortRevision(fieldOf(artifact, 'revision')) || '–'}
              description={fieldOf(artifact, 'version')}
            />
          );
        },
      },
      {
        id: 'usedBy',
        label: t('column.usedBy'),
        defaultWidth: 110,
        minWidth: 90,
        cell: ({ source }) => (
          <Cell>
            <UsedBy source={source} choice={choice} />
          </Cell>
        ),
      },
      {
        id: 'age',
        label: t('column.age'),
        defaultWidth: 80,
        minWidth: 70,
        cell: ({ source }) => (
          <Cell>
            <span className={styles.text}>
              <Age time={source.metadata.creationTimestamp} />
            </span>
          </Cell>
        ),
      },
      {
        id: 'actions',
        label: t('column.actions'),
        defaultWidth: 120,
        minWidth: 110,
        cell: ({ source }) => (
          <Cell>
            <NewJobLink source={source} choice={choice} />
          </Cell>
        ),
      },
    ],
    [t, choice],
  );
  return (
    <Table
      columnConfig={columns}
      data={rows}
      isPending={rows === undefined}
      rowConfig={{
        getHref: ({ source }) => links.source(addressOf(source, choice.name)),
      }}
      pagination={props.pagination}
      emptyState={props.emptyState}
    />
  );
}

/** Phase, and the condition that explains it when something is wrong. */
function SourceState(props: { source: ArenaObject }) {
  const { source } = props;
  const trouble = troubleOf(source);
  return (
    <span className={styles.state}>
      <SourcePhaseBadge source={source} />
      {trouble && (
        <span className={styles.trouble} title={trouble.message}>
          {trouble.reason}: {trouble.message}
        </span>
      )}
    </span>
  );
}

/** How many jobs run from the source. */
function UsedBy(props: { source: ArenaObject; choice: ClusterChoice }) {
  const { name, namespace } = props.source.metadata;
  const { name: cluster, search } = props.choice;
  const api = useApi(arenaApiRef);
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const jobs = useQuery(
    signal =>
      api.jobs({ cluster, namespace, source: name, limit: 1 }, { signal }),
    [api, cluster, namespace, name],
  );
  if (!jobs.value) return <span className={styles.text}>–</span>;
  const count = jobs.value.totalItems;
  return count === 0 ? (
    <span className={styles.text}>{t('sources.unused')}</span>
  ) : (
    <Link href={links.jobs({ ...search, source: name, namespace })}>
      {t('sources.jobs', { count, shown: formatCount(count) })}
    </Link>
  );
}

function NewJobLink(props: { source: ArenaObject; choice: ClusterChoice }) {
  const { name, namespace } = props.source.metadata;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  return (
    <ButtonLink
      size="small"
      variant="tertiary"
      href={links.newJob({
        ...props.choice.search,
        source: name,
        namespace,
      })}
      aria-label={t('sources.newJobFor', { name })}
    >
      {t('job.new')}
    </ButtonLink>
  );
}
