import { CSSProperties, memo } from 'react';
import { RiAlertFill } from '@remixicon/react';
import { Translate } from '../../hooks/Translate';
import { MatrixCell } from '@backstage-arena/plugin-arena-common';
import { finishedOf, passRateOf, verdictsOf } from '../../lib/counters';
import {
  formatCompact,
  formatCount,
  formatInterval,
  formatPercent,
} from '../../lib/format';
import { ItemMarks, Marks, marksText } from '../comments';
import { CELL_CLASS_ICONS } from '../shared';
import styles from './ResultMatrix.module.css';

/** Heat goes from bad over middling to good, so that the middle is a colour of its own. */
function heatOf(rate: number): CSSProperties {
  const [from, to, share] =
    rate < 0.5
      ? ['negative', 'warning', rate * 2]
      : ['warning', 'positive', (rate - 0.5) * 2];
  return {
    background: `color-mix(in oklab, var(--bui-${to}-bg-subdued) ${Math.round(
      Number(share) * 100,
    )}%, var(--bui-${from}-bg-subdued))`,
  };
}

/**
 * One scenario on one provider. Says with words what it says with colour. Hundreds are on the screen: scrolling draws only those
 * that come into view, and live updates only those that changed.
 */
export const MatrixCellView = memo(function CellView(props: {
  t: Translate;
  id: string;
  cell: MatrixCell | undefined;
  /** Labels and comments of its items. */
  marks: Marks | undefined;
  scenario: string;
  provider: string;
  row: number;
  column: number;
  isActive: boolean;
  left: number;
  width: number;
}) {
  const { t, id, cell, marks, scenario, provider, row, column, isActive } =
    props;
  const style: CSSProperties = { left: props.left, width: props.width };
  const common = {
    id,
    role: 'gridcell',
    'aria-colindex': column + 2,
    'data-row': row,
    'data-column': column,
    'data-active': isActive || undefined,
    'aria-selected': isActive,
  };
  if (!cell || cell.total === 0) {
    return (
      <div {...common} className={styles.cell} data-kind="none" style={style}>
        <span aria-hidden>–</span>
        <span className={styles.words}>
          {t('matrix.cellNone', { scenario, provider })}
        </span>
      </div>
    );
  }
  const finished = finishedOf(cell);
  const rate = passRateOf(cell);
  // One item is no sample: an interval around it would only be noise.
  const trials = cell.total > 1 ? verdictsOf(cell) : undefined;
  const texts = {
    scenario,
    provider,
    rate: rate === undefined ? t('matrix.noResult') : formatPercent(rate),
    passed: formatCount(cell.passed),
    failed: formatCount(cell.failed),
    errored: formatCount(cell.errored),
    pending: formatCount(cell.pending),
  };
  const results =
    trials?.class && trials.interval
      ? t('matrix.cellTrials', {
          ...texts,
          class: t(`cellClass.${trials.class}`),
          interval: formatInterval(trials.interval),
        })
      : t('matrix.cell', texts);
  const label = marks ? `${results}; ${marksText(t, marks)}` : results;
  const ClassIcon = trials?.class && CELL_CLASS_ICONS[trials.class];
  return (
    <div
      {...common}
      className={styles.cell}
      data-kind={rate === undefined ? 'pending' : 'result'}
      style={{ ...style, ...(rate === undefined ? {} : heatOf(rate)) }}
      title={label}
    >
      <span className={styles.rate} aria-hidden>
        {rate === undefined ? '…' : formatPercent(rate)}
        {ClassIcon && <ClassIcon size={14} />}
        {cell.errored > 0 && <RiAlertFill size={12} />}
        {marks && <ItemMarks t={t} marks={marks} />}
      </span>
      {trials?.interval && (
        <span className={styles.share} aria-hidden>
          {formatCompact(trials.passed)}/{formatCompact(trials.judged)} ·{' '}
          {formatInterval(trials.interval)}
        </span>
      )}
      <span className={styles.words}>{label}</span>
      {cell.pending > 0 && (
        <span
          className={styles.done}
          style={{ width: `${(finished / cell.total) * 100}%` }}
        />
      )}
    </div>
  );
});
