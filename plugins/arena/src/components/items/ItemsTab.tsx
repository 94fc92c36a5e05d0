import { useEffect, useRef } from 'react';
import { Button, VisuallyHidden } from '@backstage/ui';
import { Run, RunMatrix } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useRunItems } from '../../hooks/useRunItems';
import { useThrottled } from '../../hooks/useThrottled';
import { finishedOf } from '../../lib/counters';
import { formatCount } from '../../lib/format';
import { useDiscussedCells } from '../comments';
import { EmptyState, ErrorPanel, LoadingRows } from '../shared';
import { CellStatistics } from './CellStatistics';
import { findCell } from './findCell';
import { ItemDialog } from './ItemDialog';
import { ItemsFilters } from './ItemsFilters';
import { ItemsTable } from './ItemsTable';
import { useItemsFilter } from './useItemsFilter';
import styles from './Items.module.css';

/** Short lists follow a running job by themselves; long ones would jump under the reader's eyes. */
const FOLLOW_UP_TO = 200;
const FOLLOW_MS = 2000;

/** Every item with a result, and its transcript in a dialog. */
export function ItemsTab(props: { run: Run; matrix: RunMatrix | undefined }) {
  const { run, matrix } = props;
  const { t } = useArenaTranslation();
  const filter = useItemsFilter();
  const list = useRunItems(run.id, filter.query);
  const isDiscussed = run.pins.type === 'evaluation';
  const discussed = useDiscussedCells(isDiscussed ? run.id : undefined);
  const { items, hasMore } = list;

  const finished = finishedOf(run.counters);
  const seen = useRef(finished);
  const follow = useThrottled(list.reload, FOLLOW_MS);
  const isShort = items.length <= FOLLOW_UP_TO;
  const isOpen = filter.opened !== undefined;
  useEffect(() => {
    if (finished !== seen.current && isShort && !isOpen) {
      seen.current = finished;
      follow();
    }
  }, [finished, isShort, isOpen, follow]);
  const unseen = finished - seen.current;

  const cell = matrix && findCell(matrix, filter.query);
  const position = items.findIndex(item => item.index === filter.opened);
  const step = (by: number) => {
    const target = position < 0 ? undefined : items[position + by];
    return target && (() => filter.open(target.index));
  };

  return (
    <>
      <ItemsFilters
        query={filter.query}
        matrix={matrix}
        labels={isDiscussed ? discussed.labels : undefined}
        isFiltered={filter.isFiltered}
        onChange={filter.change}
      />
      {cell && cell.total > 1 && finishedOf(cell) > 0 && (
        <CellStatistics
          runId={run.id}
          scenario={cell.scenario}
          provider={cell.provider}
          cell={cell}
        />
      )}
      {unseen > 0 && (
        <div className={styles.unseen}>
          <Button
            size="small"
            variant="secondary"
            onPress={() => {
              seen.current = finished;
              list.reload();
            }}
          >
            {t('items.unseen', { count: unseen })}
          </Button>
        </div>
      )}
      {list.error && (
        <ErrorPanel
          title={t('error.items')}
          error={list.error}
          onRetry={items.length > 0 ? list.loadMore : list.reload}
        />
      )}
      {items.length > 0 && (
        <>
          <ItemsTable
            items={items}
            marksOf={discussed.ofItem}
            hasMore={hasMore && !list.error}
            loading={list.loading}
            sort={{
              orderBy: filter.query.orderBy ?? 'index',
              order: filter.query.order ?? 'asc',
            }}
            onSort={sort => filter.change({ ...sort })}
            onLoadMore={list.loadMore}
            onOpen={item => filter.open(item.index)}
          />
          <p className={styles.footer}>
            {hasMore
              ? t('items.readSoFar', { shown: formatCount(items.length) })
              : t('items.readAll', { shown: formatCount(items.length) })}
          </p>
        </>
      )}
      {items.length === 0 && list.loading && <LoadingRows rows={8} />}
      {items.length === 0 && !list.loading && !list.error && (
        <EmptyState
          title={filter.isFiltered ? t('items.noMatch') : t('items.empty')}
          description={
            filter.isFiltered ? undefined : t('items.emptyDescription')
          }
        />
      )}
      <VisuallyHidden aria-live="polite">
        {list.loading ? t('loading') : ''}
      </VisuallyHidden>
      {filter.opened !== undefined && (
        <ItemDialog
          run={run}
          labels={discussed.labels}
          index={filter.opened}
          item={items[position]}
          onPrevious={step(-1)}
          onNext={step(1)}
          onClose={() => filter.open(undefined)}
        />
      )}
    </>
  );
}
