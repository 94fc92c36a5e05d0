import { KeyboardEvent, useCallback, useState } from 'react';

/** A place in the grid. */
export interface GridCell {
  row: number;
  column: number;
}

const PAGE_ROWS = 10;

/** Moves through a grid as the ARIA practices describe it. */
export function useGridKeys(options: {
  rows: number;
  columns: number;
  onMove: (cell: GridCell) => void;
  onSelect: (cell: GridCell) => void;
}) {
  const { rows, columns, onMove, onSelect } = options;
  const [wanted, setActive] = useState<GridCell>({ row: 0, column: 0 });
  const active = {
    row: Math.max(0, Math.min(wanted.row, rows - 1)),
    column: Math.max(0, Math.min(wanted.column, columns - 1)),
  };
  const { row, column } = active;

  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      const here = { row, column };
      const targets: Record<string, GridCell | undefined> = {
        ArrowUp: { row: row - 1, column },
        ArrowDown: { row: row + 1, column },
        ArrowLeft: { row, column: column - 1 },
        ArrowRight: { row, column: column + 1 },
        PageUp: { row: row - PAGE_ROWS, column },
        PageDown: { row: row + PAGE_ROWS, column },
        Home: { row: event.ctrlKey ? 0 : row, column: 0 },
        End: { row: event.ctrlKey ? rows - 1 : row, column: columns - 1 },
      };
      const target = targets[event.key];
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        onSelect(here);
      } else if (target) {
        event.preventDefault();
        const next = {
          row: Math.max(0, Math.min(target.row, rows - 1)),
          column: Math.max(0, Math.min(target.column, columns - 1)),
        };
        setActive(next);
        onMove(next);
      }
    },
    [row, column, rows, columns, onMove, onSelect],
  );
  return { active, setActive, onKeyDown };
}
