import { useMemo, useState } from 'react';
import {
  Alert,
  Button,
  Cell,
  CellText,
  ColumnConfig,
  Table,
} from '@backstage/ui';
import { RiBox3Line, RiFileListLine } from '@remixicon/react';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { JobAddress } from '../../shell';
import { Age, EmptyState, ErrorPanel, LoadingRows } from '../shared';
import { PodDialog } from './PodDialog';
import { PodPhase } from './PodPhase';
import { Pod, podStateOf } from './podState';
import { createdAt, usePods } from './usePods';
import styles from './Pods.module.css';

interface Row {
  id: string;
  pod: Pod;
}

/** The pods of a run as a table, each with its logs. */
export function PodsOfRun(props: {
  address: JobAddress;
  runId: string | undefined;
}) {
  const { address, runId } = props;
  const { t } = useArenaTranslation();
  const { pods, isKnown, error, reload } = usePods(address, runId);
  const [openUid, setOpenUid] = useState<string>();
  const rows = useMemo(
    () => pods?.map(pod => ({ id: pod.metadata?.uid ?? '', pod })),
    [pods],
  );
  // Kept as it was, should it be gone meanwhile: its logs are still being read.
  const open = useLast(rows?.find(row => row.id === openUid)?.pod);
  const columns = useColumns(setOpenUid);

  if (!isKnown) {
    return (
      <Alert
        status="warning"
        icon
        title={t('pods.unknownCluster', { cluster: address.cluster })}
        description={t('pods.unknownClusterDescription')}
      />
    );
  }
  return (
    <>
      {error && (
        <ErrorPanel title={t('error.pods')} error={error} onRetry={reload} />
      )}
      {!rows && !error && <LoadingRows />}
      {rows && (rows.length > 0 || !error) && (
        <Table
          columnConfig={columns}
          data={rows}
          pagination={{ type: 'none' }}
          rowConfig={{ onClick: ({ id }) => setOpenUid(id) }}
          emptyState={
            <EmptyState
              icon={<RiBox3Line size={40} />}
              title={t('pods.none')}
              description={t('pods.noneDescription')}
            />
          }
        />
      )}
      {openUid && open && (
        <PodDialog
          cluster={address.cluster}
          pod={open}
          onClose={() => setOpenUid(undefined)}
        />
      )}
    </>
  );
}

function useColumns(onOpen: (uid: string) => void): ColumnConfig<Row>[] {
  const { t } = useArenaTranslation();
  return useMemo(
    () => [
      {
        id: 'name',
        label: t('column.pod'),
        isRowHeader: true,
        minWidth: 170,
        defaultWidth: '2fr',
        cell: ({ pod }) => (
          <Cell>
            <span className={styles.name}>
              <span className={styles.text}>{pod.metadata?.name}</span>
              <span className={styles.message}>
                {pod.metadata?.labels?.['app.kubernetes.io/component'] ===
                'finalize'
                  ? t('pods.finalize')
                  : t('pods.work')}
              </span>
            </span>
          </Cell>
        ),
      },
      {
        id: 'phase',
        label: t('column.phase'),
        minWidth: 116,
        defaultWidth: 116,
        cell: ({ pod }) => (
          <Cell>
            <PodPhase phase={podStateOf(pod).phase} />
          </Cell>
        ),
      },
      {
        id: 'reason',
        label: t('column.reason'),
        minWidth: 130,
        defaultWidth: '2fr',
        cell: ({ pod }) => <Reason pod={pod} />,
      },
      {
        id: 'restarts',
        label: t('column.restarts'),
        minWidth: 100,
        defaultWidth: 100,
        cell: ({ pod }) => (
          <CellText title={String(podStateOf(pod).restarts)} />
        ),
      },
      {
        id: 'node',
        label: t('column.node'),
        minWidth: 90,
        defaultWidth: '1fr',
        cell: ({ pod }) => <CellText title={podStateOf(pod).node ?? '–'} />,
      },
      {
        id: 'age',
        label: t('column.age'),
        minWidth: 72,
        defaultWidth: 80,
        cell: ({ pod }) => (
          <Cell>
            <span className={styles.text}>
              <Age time={createdAt(pod)} />
            </span>
          </Cell>
        ),
      },
      {
        id: 'actions',
        label: t('column.actions'),
        minWidth: 100,
        defaultWidth: 100,
        cell: ({ pod, id }) => (
          <Cell>
            <Button
              size="small"
              variant="tertiary"
              iconStart={<RiFileListLine />}
              aria-label={t('pods.logsOf', { name: pod.metadata?.name ?? '' })}
              onPress={() => onOpen(id)}
            >
              {t('pods.logs')}
            </Button>
          </Cell>
        ),
      },
    ],
    [t, onOpen],
  );
}

function Reason(props: { pod: Pod }) {
  const { reason, message } = podStateOf(props.pod);
  if (!reason) return <CellText title="–" />;
  return (
    <Cell>
      <span className={styles.name} title={message}>
        <span className={styles.text}>{reason}</span>
        {message && <span className={styles.message}>{message}</span>}
      </span>
    </Cell>
  );
}

function useLast<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value);
  if (value !== undefined && value !== last) setLast(value);
  return value ?? last;
}
