import { useState } from 'react';
import { Button } from '@backstage/ui';
import { RiFileList3Line, RiTableLine } from '@remixicon/react';
import { useApi } from '@backstage/frontend-plugin-api';
import { DatasetRow } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { rowColumns, shortValue } from '../../dataset/rowColumns';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { EmptyState, ErrorPanel, FiguresTable, LoadingRows } from '../shared';
import { Pager } from './Pager';
import { RowDialog } from './RowDialog';
import { ScenariosDialog } from './ScenariosDialog';
import { usePages } from './usePages';
import styles from './Dataset.module.css';

const PAGE_SIZE = 50;

/** The rows themselves, each with where it comes from. */
export function RowsTab(props: { runId: string; jobName: string }) {
  const { runId, jobName } = props;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const pages = usePages<DatasetRow>(
    (page, signal) => api.datasetRows(runId, page, { signal }),
    { pageSize: PAGE_SIZE, of: runId },
  );
  const [opened, setOpened] = useState<DatasetRow>();
  const [isMaking, setMaking] = useState(false);
  const { value, error, reload } = pages.query;
  if (error) {
    return (
      <ErrorPanel
        title={t('dataset.errorRows')}
        error={error}
        onRetry={reload}
      />
    );
  }
  if (!value) return <LoadingRows rows={8} />;
  if (value.totalItems === 0) {
    return (
      <EmptyState
        icon={<RiTableLine size={36} />}
        title={t('dataset.rows.none')}
        description={t('dataset.rows.noneDescription')}
      />
    );
  }
  const fields = rowColumns(value.items.map(({ row }) => row));
  return (
    <div className={styles.overview}>
      <div className={styles.pager}>
        <Pager pages={pages} />
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiFileList3Line />}
          onPress={() => setMaking(true)}
        >
          {t('dataset.scenarios.action')}
        </Button>
      </div>
      <FiguresTable
        caption={t('dataset.rows.label')}
        isCaptionHidden
        rows={value.items}
        keyOf={({ number }) => number}
        columns={[
          {
            id: 'number',
            label: t('dataset.rows.number'),
            cell: row => (
              <Button
                size="small"
                variant="tertiary"
                aria-label={t('dataset.rows.open', {
                  number: String(row.number + 1),
                })}
                onPress={() => setOpened(row)}
              >
                {row.number + 1}
              </Button>
            ),
          },
          ...fields.map(field => ({
            id: `field ${field}`,
            label: field,
            isText: true,
            cell: ({ row }: DatasetRow) => (
              <span className={styles.value}>{shortValue(row[field])}</span>
            ),
          })),
          {
            id: 'scenario',
            label: t('column.scenario'),
            isText: true,
            cell: ({ scenario }) => scenario,
          },
          {
            id: 'provider',
            label: t('column.provider'),
            isText: true,
            cell: ({ provider }) => provider,
          },
        ]}
      />
      {isMaking && (
        <ScenariosDialog
          runId={runId}
          name={jobName}
          total={value.totalItems}
          sample={value.items[0].row}
          onClose={() => setMaking(false)}
        />
      )}
      {opened && (
        <RowDialog row={opened} onClose={() => setOpened(undefined)} />
      )}
    </div>
  );
}
