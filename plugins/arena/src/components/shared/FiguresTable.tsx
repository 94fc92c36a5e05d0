import { ReactNode } from 'react';
import styles from './FiguresTable.module.css';

/** A column of a {@link FiguresTable}. The first one names the row. */
export interface FiguresColumn<T> {
  id: string;
  label: string;
  hint?: string;
  /** Words are set to the left, numbers to the right. */
  isText?: boolean;
  cell: (row: T) => ReactNode;
}

/** Figures side by side. Small, so that it may be drawn again each second. */
export function FiguresTable<T>(props: {
  caption: string;
  columns: ReadonlyArray<FiguresColumn<T>>;
  rows: readonly T[];
  keyOf: (row: T) => string | number;
  isCaptionHidden?: boolean;
}) {
  const { caption, columns, rows, keyOf, isCaptionHidden } = props;
  return (
    <div
      className={styles.scroller}
      role="region"
      aria-label={caption}
      // What scrolls must be reachable by keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      <table className={styles.table}>
        <caption data-hidden={isCaptionHidden}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ id, label, hint, isText }) => (
              <th key={id} scope="col" title={hint} data-text={isText}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={keyOf(row)}>
              {columns.map(({ id, cell, isText }, position) =>
                position === 0 ? (
                  <th key={id} scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td key={id} data-text={isText}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
