import { memo } from 'react';
import { VisuallyHidden } from '@backstage/ui';
import { RunSetCell } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../../hooks/useArenaTranslation';
import { formatCount } from '../../../lib/format';
import { CHANGE_LOOKS } from './changeLooks';
import { formatDelta, formatFigure } from './formatFigure';
import { ShownFigure } from './useCompareState';
import styles from './Compare.module.css';

/** A cell in one run: what was measured, and what became of it. Says with words what it says with colour. */
export const CompareCell = memo(function Cell(props: {
  id: string;
  row: number;
  column: number;
  run: string;
  show: ShownFigure;
  isRead: boolean;
  cell: RunSetCell | undefined;
  before: RunSetCell | undefined;
  isActive: boolean;
}) {
  const { id, row, column, run, show, cell, before, isActive, isRead } = props;
  const { t } = useArenaTranslation();
  const figures = cell?.figures;
  const look = cell?.change && CHANGE_LOOKS[cell.change];
  const value = formatFigure(figures, show);
  const delta =
    column > 0 && cell?.change !== 'edited'
      ? formatDelta(before?.figures, figures, show)
      : undefined;
  let label: string = t('comparison.set.cellAbsent', { run });
  if (figures) {
    label =
      figures.judged === 0
        ? t('comparison.set.cellUnjudged', { run })
        : t('comparison.set.cellLabel', {
            run,
            value: value ?? '–',
            passed: formatCount(figures.passed),
            judged: formatCount(figures.judged),
          });
  }
  if (cell?.change) label += `, ${t(`comparison.set.changes.${cell.change}`)}`;
  return (
    <div
      id={id}
      role="gridcell"
      aria-colindex={column + 2}
      aria-selected={isActive}
      title={cell?.change && t(`comparison.set.hints.${cell.change}`)}
      data-row={row}
      data-column={column}
      data-active={isActive || undefined}
      data-change={cell?.change}
      data-tone={look?.tone}
      className={styles.cell}
    >
      <VisuallyHidden>{isRead ? label : t('loading')}</VisuallyHidden>
      <span className={styles.value} aria-hidden>
        {look && cell?.change !== 'unchanged' && (
          <look.Icon aria-hidden size={14} />
        )}
        {value ?? (isRead ? '–' : '')}
        {delta && <span className={styles.delta}>{delta}</span>}
      </span>
      {figures && (
        <span className={styles.small} aria-hidden>
          {t('comparison.set.cellOf', {
            passed: formatCount(figures.passed),
            judged: formatCount(figures.judged),
          })}
          {cell?.change && cell.change !== 'unchanged'
            ? ` · ${t(`comparison.set.changes.${cell.change}`)}`
            : ''}
        </span>
      )}
      {!figures && cell?.change && (
        <span className={styles.small} aria-hidden>
          {t(`comparison.set.changes.${cell.change}`)}
        </span>
      )}
    </div>
  );
});
