import { useApi } from '@backstage/frontend-plugin-api';
import { Cell, CellText, ColumnConfig, Table } from '@backstage/ui';
import { useMemo } from 'react';
import { ArenaEvent } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaStream } from '../../hooks/useArenaStream';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useQuery } from '../../hooks/useQuery';
import { useThrottled } from '../../hooks/useThrottled';
import { JobAddress } from '../../shell';
import { isNotFound } from '../../lib/errors';
import { Age, EmptyState, ErrorPanel, LoadingRows } from '../shared';
import badges from '../shared/badges.module.css';
import styles from './Job.module.css';

/** What happened to an object, newest first, live. */
export function EventsTab(props: {
  address: JobAddress;
  kind: 'ArenaJob' | 'ArenaSource';
  /** Of the live stream: where its events, or at least its changes, come from. */
  topic: string;
}) {
  const { kind, topic } = props;
  const { cluster, namespace, name } = props.address;
  const api = useApi(arenaApiRef);
  const { t } = useArenaTranslation();
  const events = useQuery(
    async signal => {
      try {
        return await api.events({ cluster, namespace, name, kind }, { signal });
      } catch (error) {
        // Events go with the object.
        if (isNotFound(error)) return [];
        throw error;
      }
    },
    [api, cluster, namespace, name, kind],
  );
  const reload = useThrottled(events.reload, 2000);
  useArenaStream(topic, message => {
    if (message.type === 'reset') reload();
    // Events of sources are not streamed: where its state changes there is one.
    if (
      message.type === 'object' &&
      message.cluster === cluster &&
      kind === 'ArenaSource' &&
      message.object.metadata.name === name &&
      message.object.metadata.namespace === namespace
    ) {
      reload();
    }
    if (
      message.type === 'event' &&
      message.cluster === cluster &&
      message.event.involvedObject.name === name &&
      message.event.involvedObject.namespace === namespace
    ) {
      const { event } = message;
      events.mutate(list => [event, ...list.filter(e => e.id !== event.id)]);
    }
  });
  const sorted = useMemo(
    () =>
      events.value &&
      [...events.value].sort((a, b) =>
        b.lastTimestamp.localeCompare(a.lastTimestamp),
      ),
    [events.value],
  );

  const columns = useMemo<ColumnConfig<ArenaEvent>[]>(
    () => [
      {
        id: 'type',
        label: t('column.type'),
        width: 110,
        cell: event => (
          <Cell>
            <span className={badges.badge} data-tone={event.type}>
              {t(`event.${event.type}`)}
            </span>
          </Cell>
        ),
      },
      {
        id: 'reason',
        label: t('column.reason'),
        isRowHeader: true,
        width: 200,
        cell: event => <CellText title={event.reason} />,
      },
      {
        id: 'message',
        label: t('column.message'),
        width: '1fr',
        cell: event => (
          <Cell>
            <span className={styles.wrap}>{event.message}</span>
          </Cell>
        ),
      },
      {
        id: 'count',
        label: t('column.count'),
        width: 80,
        cell: event => <CellText title={String(event.count)} />,
      },
      {
        id: 'age',
        label: t('column.age'),
        width: 90,
        cell: event => (
          <Cell>
            <span className={styles.wrap}>
              <Age time={event.lastTimestamp} />
            </span>
          </Cell>
        ),
      },
    ],
    [t],
  );

  if (events.error && !sorted) {
    return (
      <ErrorPanel
        title={t('error.events')}
        error={events.error}
        onRetry={events.reload}
      />
    );
  }
  if (!sorted) return <LoadingRows />;
  if (sorted.length === 0) return <EmptyState title={t('events.none')} />;
  return (
    <Table columnConfig={columns} data={sorted} pagination={{ type: 'none' }} />
  );
}
