import {
  MouseEvent,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import {
  defaultRangeExtractor,
  Range,
  useVirtualizer,
} from '@tanstack/react-virtual';
import { RunMatrix } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { Marks } from '../comments';
import { passRateOf } from '../../lib/counters';
import { formatPercent } from '../../lib/format';
import { MatrixCellView } from './MatrixCellView';
import { buildMatrixModel, MatrixLine, MatrixOrder } from './matrixModel';
import { GridCell, useGridKeys } from './useGridKeys';
import styles from './ResultMatrix.module.css';

const ROW_HEIGHT = 44;
const HEAD_HEIGHT = 60;
const HEAD_WIDTH = 240;
const NARROW_HEAD_WIDTH = 180;
const MIN_COLUMN = 108;
const MAX_COLUMN = 360;

/**
 * Scenarios by providers as a heat map. Only what is on the screen exists, in both directions; the active cell always does,
 * for assistive technology points at it.
 */
export function ResultMatrix(props: {
  matrix: RunMatrix;
  order?: MatrixOrder;
  /** Labels and comments of the items of a cell. Default: none. */
  marksOf?: (scenario: string, provider: string) => Marks | undefined;
  onSelect: (scenario: string, provider: string) => void;
}) {
  const { matrix, order = 'plan', marksOf, onSelect } = props;
  const { t } = useArenaTranslation();
  const gridId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const model = useMemo(() => buildMatrixModel(matrix, order), [matrix, order]);
  const { rows, columns } = model;
  const headWidth = width > 0 && width < 640 ? NARROW_HEAD_WIDTH : HEAD_WIDTH;
  const columnWidth = Math.max(
    MIN_COLUMN,
    Math.min(
      MAX_COLUMN,
      Math.floor((width - headWidth) / Math.max(1, columns.length)),
    ),
  );

  const select = useCallback(
    ({ row, column }: GridCell) => {
      if (model.cellAt(row, column)) {
        onSelect(rows[row].id, columns[column].id);
      }
    },
    [model, rows, columns, onSelect],
  );
  const scrollTo = useRef<(cell: GridCell) => void>(() => {});
  const { active, setActive, onKeyDown } = useGridKeys({
    rows: rows.length,
    columns: columns.length,
    onMove: useCallback(cell => scrollTo.current(cell), []),
    onSelect: select,
  });

  const rowVirtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    scrollPaddingEnd: HEAD_HEIGHT,
    overscan: 6,
    rangeExtractor: withIndex(active.row),
  });
  const columnVirtualizer = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => columnWidth,
    scrollPaddingEnd: headWidth,
    overscan: 3,
    rangeExtractor: withIndex(active.column),
  });
  useEffect(
    () => columnVirtualizer.measure(),
    [columnVirtualizer, columnWidth],
  );
  scrollTo.current = ({ row, column }) => {
    rowVirtualizer.scrollToIndex(row);
    columnVirtualizer.scrollToIndex(column);
  };

  const onClick = (event: MouseEvent) => {
    const cell =
      event.target instanceof Element
        ? event.target.closest<HTMLElement>('[data-column]')
        : null;
    if (!cell) return;
    const place = {
      row: Number(cell.dataset.row),
      column: Number(cell.dataset.column),
    };
    setActive(place);
    select(place);
  };

  const cellId = (row: number, column: number) => `${gridId}-${row}-${column}`;
  const visibleColumns = columnVirtualizer.getVirtualItems();
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      tabIndex={0}
      aria-label={t('matrix.label')}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={cellId(active.row, active.column)}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <div
        className={styles.canvas}
        role="presentation"
        style={{
          width: headWidth + columnVirtualizer.getTotalSize(),
          height: HEAD_HEIGHT + rowVirtualizer.getTotalSize(),
        }}
      >
        <div
          role="row"
          aria-rowindex={1}
          className={styles.headRow}
          style={{ height: HEAD_HEIGHT }}
        >
          <div
            role="columnheader"
            aria-colindex={1}
            className={styles.corner}
            style={{ width: headWidth }}
          >
            {t('matrix.scenario')}
          </div>
          {visibleColumns.map(column => (
            <div
              key={column.index}
              role="columnheader"
              aria-colindex={column.index + 2}
              className={styles.columnHead}
              style={{ left: headWidth + column.start, width: column.size }}
            >
              <LineHead line={columns[column.index]} />
            </div>
          ))}
        </div>
        {rowVirtualizer.getVirtualItems().map(row => (
          <div
            key={row.index}
            role="row"
            aria-rowindex={row.index + 2}
            className={styles.row}
            style={{ top: HEAD_HEIGHT + row.start, height: row.size }}
          >
            <div
              role="rowheader"
              aria-colindex={1}
              className={styles.rowHead}
              style={{ width: headWidth }}
            >
              <LineHead line={rows[row.index]} inline />
            </div>
            {visibleColumns.map(column => (
              <MatrixCellView
                key={column.index}
                t={t}
                row={row.index}
                id={cellId(row.index, column.index)}
                cell={model.cellAt(row.index, column.index)}
                marks={marksOf?.(rows[row.index].id, columns[column.index].id)}
                scenario={rows[row.index].id}
                provider={columns[column.index].id}
                column={column.index}
                isActive={
                  active.row === row.index && active.column === column.index
                }
                left={headWidth + column.start}
                width={column.size}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Name of a scenario or provider, with how it did over all. */
function LineHead(props: { line: MatrixLine; inline?: boolean }) {
  const { line, inline } = props;
  const rate = passRateOf(line.sum);
  return (
    <span className={styles.lineHead} data-inline={inline || undefined}>
      <span className={styles.lineName} title={line.detail ?? line.id}>
        {line.id}
      </span>
      <span className={styles.lineRate}>
        {rate === undefined ? '–' : formatPercent(rate)}
      </span>
    </span>
  );
}

function withIndex(index: number) {
  return (range: Range) => {
    const indexes = defaultRangeExtractor(range);
    if (index >= range.count || indexes.includes(index)) return indexes;
    return [...indexes, index].sort((a, b) => a - b);
  };
}

function useWidth(ref: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (!element || typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}
