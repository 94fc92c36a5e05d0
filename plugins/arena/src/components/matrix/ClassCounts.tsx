import { CellClass, MatrixCell } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatCount } from '../../lib/format';
import { CellClassBadge } from '../shared';
import { countClasses } from './matrixModel';
import styles from './ResultMatrix.module.css';

const CLASSES: CellClass[] = ['stable', 'flaky', 'broken'];

/** How many cells with several items are stable, flaky and broken. Nothing for a run that has none. */
export function ClassCounts(props: { cells: readonly MatrixCell[] }) {
  const { t } = useArenaTranslation();
  const counts = countClasses(props.cells);
  const present = CLASSES.filter(name => counts[name] > 0);
  if (present.length === 0) return null;
  return (
    <ul className={styles.classes} aria-label={t('cellClass.counts')}>
      {present.map(name => (
        <li key={name}>
          <CellClassBadge class={name} count={formatCount(counts[name])} />
        </li>
      ))}
    </ul>
  );
}
