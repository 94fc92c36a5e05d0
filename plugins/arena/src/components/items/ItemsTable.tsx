import {
  KeyboardEvent,
  memo,
  MouseEvent,
  SyntheticEvent,
  useEffect,
  useRef,
  useState,
} from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { RiArrowDownLine, RiArrowUpLine } from '@remixicon/react';
import { RunItem, RunItemOrder } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatCost, formatCount, formatDuration } from '../../lib/format';
import { ItemMarks, Marks, marksText } from '../comments';
import { ItemStatusBadge } from '../shared';
import styles from './Items.module.css';

const ROW_HEIGHT = 44;
/** Reading ahead by so many rows hides the wait for the next page. */
const READ_AHEAD = 60;
const PAGE_ROWS = 10;

interface Sort {
  orderBy: RunItemOrder;
  order: 'asc' | 'desc';
}

function ItemCells(props: { item: RunItem; marks: Marks | undefined }) {
  const { item, marks } = props;
  const { t } = useArenaTranslation();
  const passed = item.checksTotal - item.checksFailed;
  return (
    <>
      <span role="gridcell" className={styles.number}>
        {item.index}
      </span>
      <span role="gridcell">
        <ItemStatusBadge status={item.status} />
      </span>
      <span role="gridcell" className={styles.text} title={item.scenario}>
        {marks && <ItemMarks t={t} marks={marks} />}
        {item.scenario}
      </span>
      <span role="gridcell" className={styles.text} title={item.provider}>
        {item.provider}
        {item.region && item.region !== 'default' ? ` · ${item.region}` : ''}
      </span>
      <span role="gridcell" className={styles.number}>
        {item.trial + 1}
      </span>
      <span role="gridcell" className={styles.number}>
        {passed}/{item.checksTotal}
      </span>
      <span role="gridcell" className={styles.number}>
        {formatCount(item.inputTokens + item.outputTokens)}
      </span>
      <span role="gridcell" className={styles.number}>
        {formatCost(item.cost)}
      </span>
      <span role="gridcell" className={styles.number}>
        {formatDuration(item.durationMs)}
      </span>
      <span
        role="gridcell"
        className={styles.message}
        title={item.error?.message ?? item.message}
      >
        {item.error?.message ?? item.message ?? ''}
      </span>
    </>
  );
}

/** Scrolling draws only the rows that come into view. */
const ItemRow = memo(function Row(props: {
  item: RunItem;
  marks: Marks | undefined;
  row: number;
  top: number;
  isActive: boolean;
}) {
  const { item, marks, row, top, isActive } = props;
  const { t } = useArenaTranslation();
  return (
    <div
      role="row"
      aria-rowindex={row + 2}
      aria-label={[
        t('items.rowLabel', {
          scenario: item.scenario,
          provider: item.provider,
          status: t(`status.${item.status}`),
        }),
        ...(marks ? [marksText(t, marks)] : []),
      ].join('; ')}
      data-row={row}
      tabIndex={isActive ? 0 : -1}
      className={`${styles.row} ${styles.bodyRow}`}
      style={{ top, height: ROW_HEIGHT }}
    >
      <ItemCells item={item} marks={marks} />
    </div>
  );
});

/** Items as a table of any length: only the rows on the screen exist, and the next page is read on the way down. */
export function ItemsTable(props: {
  items: RunItem[];
  /** Labels and comments of an item. */
  marksOf: (item: RunItem) => Marks | undefined;
  hasMore: boolean;
  loading: boolean;
  sort: Sort;
  onSort: (sort: Sort) => void;
  onLoadMore: () => void;
  onOpen: (item: RunItem) => void;
}) {
  const { items, marksOf, hasMore, loading, sort } = props;
  const { onSort, onLoadMore, onOpen } = props;
  const { t } = useArenaTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const [wanted, setActive] = useState(0);
  const active = Math.max(0, Math.min(wanted, items.length - 1));
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    getItemKey: index => items[index].index,
  });
  const rows = virtualizer.getVirtualItems();
  const lastRow = rows.at(-1)?.index ?? 0;

  useEffect(() => {
    if (hasMore && !loading && lastRow >= items.length - READ_AHEAD) {
      onLoadMore();
    }
  }, [hasMore, loading, lastRow, items.length, onLoadMore]);

  const focusRow = (index: number) => {
    const next = Math.max(0, Math.min(index, items.length - 1));
    setActive(next);
    virtualizer.scrollToIndex(next);
    // The row may only come into being by the scrolling.
    requestAnimationFrame(() =>
      scroller.current
        ?.querySelector<HTMLElement>(`[data-row="${next}"]`)
        ?.focus({ preventScroll: true }),
    );
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (rowOf(event) === undefined) return;
    const targets: Record<string, number | undefined> = {
      ArrowUp: active - 1,
      ArrowDown: active + 1,
      PageUp: active - PAGE_ROWS,
      PageDown: active + PAGE_ROWS,
      Home: 0,
      End: items.length - 1,
    };
    const target = targets[event.key];
    if (target !== undefined) {
      event.preventDefault();
      focusRow(target);
    } else if (event.key === 'Enter' && items[active]) {
      event.preventDefault();
      onOpen(items[active]);
    }
  };

  const onClick = (event: MouseEvent) => {
    const row = rowOf(event);
    if (row === undefined) return;
    setActive(row);
    onOpen(items[row]);
  };

  const head = (label: string, orderBy?: RunItemOrder) => (
    <HeadCell label={label} orderBy={orderBy} sort={sort} onSort={onSort} />
  );

  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      tabIndex={-1}
      aria-label={t('items.label')}
      aria-rowcount={hasMore ? -1 : items.length + 1}
      aria-busy={loading}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <div role="rowgroup" className={styles.head}>
        <div role="row" aria-rowindex={1} className={styles.row}>
          {head('#', 'index')}
          {head(t('column.status'))}
          {head(t('column.scenario'))}
          {head(t('column.provider'))}
          {head(t('column.trial'))}
          {head(t('column.checks'))}
          {head(t('column.tokens'), 'outputTokens')}
          {head(t('column.cost'), 'cost')}
          {head(t('column.duration'), 'durationMs')}
          {head(t('column.message'))}
        </div>
      </div>
      <div
        role="rowgroup"
        className={styles.body}
        style={{ height: virtualizer.getTotalSize() }}
      >
        {rows.map(row => {
          const item = items[row.index];
          return (
            <ItemRow
              key={row.key}
              item={item}
              marks={marksOf(item)}
              row={row.index}
              top={row.start}
              isActive={row.index === active}
            />
          );
        })}
      </div>
    </div>
  );
}

/** The row that an event is about; the head has none. */
function rowOf(event: SyntheticEvent): number | undefined {
  const row =
    event.target instanceof Element
      ? event.target.closest<HTMLElement>('[data-row]')
      : null;
  return row ? Number(row.dataset.row) : undefined;
}

function HeadCell(props: {
  label: string;
  orderBy?: RunItemOrder;
  sort: Sort;
  onSort: (sort: Sort) => void;
}) {
  const { label, orderBy, sort, onSort } = props;
  if (!orderBy) {
    return <span role="columnheader">{label}</span>;
  }
  const isSorted = sort.orderBy === orderBy;
  const Icon = sort.order === 'asc' ? RiArrowUpLine : RiArrowDownLine;
  const direction = sort.order === 'asc' ? 'ascending' : 'descending';
  return (
    <span role="columnheader" aria-sort={isSorted ? direction : 'none'}>
      <button
        type="button"
        className={styles.sort}
        onClick={() =>
          onSort({
            orderBy,
            order: isSorted && sort.order === 'desc' ? 'asc' : 'desc',
          })
        }
      >
        {label}
        {isSorted && <Icon size={14} aria-hidden />}
      </button>
    </span>
  );
}
