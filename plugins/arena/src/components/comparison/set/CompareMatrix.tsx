import {
  CSSProperties,
  MouseEvent,
  useCallback,
  useEffect,
  useId,
  useRef,
} from 'react';
import {
  defaultRangeExtractor,
  Range,
  useVirtualizer,
} from '@tanstack/react-virtual';
import { RunSetMember, RunSetRow } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../../hooks/useArenaTranslation';
import { GridCell, useGridKeys } from '../../matrix/useGridKeys';
import { CompareCell } from './CompareCell';
import { CompareRowHead } from './CompareRowHead';
import { ShownFigure } from './useCompareState';
import styles from './Compare.module.css';

const ROW_HEIGHT = 46;
const HEAD_HEIGHT = 48;

/** Cells by runs. Only rows on the screen exist; the active one always does, for assistive technology points at it. */
export function CompareMatrix(props: {
  runs: readonly RunSetMember[];
  /** By their place in the list; those that were not read yet are missing. */
  rows: ReadonlyMap<number, RunSetRow>;
  total: number;
  show: ShownFigure;
  isStale: boolean;
  onSee: (first: number, last: number) => void;
  onOpen: (row: RunSetRow) => void;
}) {
  const { runs, rows, total, show, isStale, onSee, onOpen } = props;
  const { t } = useArenaTranslation();
  const gridId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const scrollTo = useRef<(cell: GridCell) => void>(() => {});
  const open = useCallback(
    ({ row }: Pick<GridCell, 'row'>) => {
      const found = rows.get(row);
      if (found) onOpen(found);
    },
    [rows, onOpen],
  );
  const { active, setActive, onKeyDown } = useGridKeys({
    rows: total,
    columns: runs.length,
    onMove: useCallback(cell => scrollTo.current(cell), []),
    onSelect: open,
  });
  const virtualizer = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    scrollPaddingEnd: HEAD_HEIGHT,
    overscan: 8,
    rangeExtractor: (range: Range) => {
      const indexes = defaultRangeExtractor(range);
      return active.row >= range.count || indexes.includes(active.row)
        ? indexes
        : [...indexes, active.row].sort((a, b) => a - b);
    },
  });
  const cellId = (row: number, column: number) => `${gridId}-${row}-${column}`;
  scrollTo.current = ({ row, column }) => {
    virtualizer.scrollToIndex(row);
    scroller.current
      ?.querySelector(`[data-head="${column}"]`)
      ?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
  };
  const visible = virtualizer.getVirtualItems();
  const shown = visible.filter(({ index }) => index !== active.row);
  const first = shown[0]?.index ?? 0;
  const last = shown[shown.length - 1]?.index ?? 0;
  useEffect(() => onSee(first, last), [onSee, first, last]);
  useEffect(() => {
    if (total > 0) onSee(active.row, active.row);
  }, [onSee, active.row, total]);

  const onClick = (event: MouseEvent) => {
    const cell =
      event.target instanceof Element
        ? event.target.closest<HTMLElement>('[data-row]')
        : null;
    if (!cell) return;
    const row = Number(cell.dataset.row);
    setActive({ row, column: Number(cell.dataset.column ?? 0) });
    open({ row });
  };
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      tabIndex={0}
      aria-label={t('comparison.set.grid')}
      aria-rowcount={total + 1}
      aria-colcount={runs.length + 1}
      aria-busy={isStale}
      aria-activedescendant={
        total > 0 ? cellId(active.row, active.column) : undefined
      }
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <div
        role="presentation"
        className={styles.canvas}
        style={
          {
            height: HEAD_HEIGHT + virtualizer.getTotalSize(),
            '--arena-runs': runs.length,
          } as CSSProperties
        }
      >
        <div
          role="row"
          aria-rowindex={1}
          className={`${styles.gridRow} ${styles.gridHead}`}
          style={{ height: HEAD_HEIGHT }}
        >
          <div role="columnheader" aria-colindex={1} className={styles.corner}>
            {t('comparison.set.scenario')}
          </div>
          {runs.map((run, column) => (
            <div
              key={run.id}
              role="columnheader"
              aria-colindex={column + 2}
              data-head={column}
              className={styles.columnHead}
              title={`${run.jobName} ${run.revision}`}
            >
              <span className={styles.ellipsis}>{run.jobName}</span>
              <span className={styles.muted}>
                {column === 0 ? t('comparison.set.baseline') : `${column}`}
              </span>
            </div>
          ))}
        </div>
        {visible.map(({ index, start }) => (
          <div
            key={index}
            role="row"
            aria-rowindex={index + 2}
            className={`${styles.gridRow} ${styles.bodyRow}`}
            style={{ top: HEAD_HEIGHT + start, height: ROW_HEIGHT }}
          >
            <CompareRowHead row={rows.get(index)} index={index} />
            {runs.map((run, column) => (
              <CompareCell
                key={run.id}
                id={cellId(index, column)}
                row={index}
                column={column}
                run={run.jobName}
                show={show}
                isRead={rows.has(index)}
                cell={rows.get(index)?.cells[column]}
                before={rows.get(index)?.cells[0]}
                isActive={active.row === index && active.column === column}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
