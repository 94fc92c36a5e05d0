import { memo } from 'react';
import { RunSetRow } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../../hooks/useArenaTranslation';
import { placeOf } from './placeOf';
import styles from './Compare.module.css';

/** What a row is: the scenario, and on what it ran. */
export const CompareRowHead = memo(function Head(props: {
  row: RunSetRow | undefined;
  index: number;
}) {
  const { row, index } = props;
  const { t } = useArenaTranslation();
  const where = row && placeOf(row, t);
  return (
    <div
      role="rowheader"
      aria-colindex={1}
      data-row={index}
      className={styles.rowHead}
    >
      <span className={styles.ellipsis} title={row?.scenario}>
        {row?.scenario ?? '…'}
      </span>
      <span className={`${styles.ellipsis} ${styles.muted}`}>
        {where?.join(' · ')}
      </span>
    </div>
  );
});
