import {
  RUN_SET_CHANGES,
  RunSetChange,
} from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../../hooks/useArenaTranslation';
import { formatCount } from '../../../lib/format';
import { CHANGE_LOOKS } from './changeLooks';
import badges from '../../shared/badges.module.css';
import styles from './Compare.module.css';

/** What became of the cells, with how many: each narrows the matrix. */
export function ChangeChips(props: {
  counts: Record<RunSetChange, number>;
  chosen: readonly RunSetChange[];
  onChange: (chosen: RunSetChange[]) => void;
}) {
  const { counts, chosen, onChange } = props;
  const { t } = useArenaTranslation();
  const shown = RUN_SET_CHANGES.filter(
    change => counts[change] > 0 || chosen.includes(change),
  );
  return (
    <div
      role="group"
      aria-label={t('comparison.set.filterLabel')}
      className={styles.chips}
    >
      {shown.map(change => {
        const { tone, Icon } = CHANGE_LOOKS[change];
        const isChosen = chosen.includes(change);
        return (
          <button
            key={change}
            type="button"
            className={`${badges.badge} ${styles.chip}`}
            data-tone={tone}
            aria-pressed={isChosen}
            title={t(`comparison.set.hints.${change}`)}
            onClick={() =>
              onChange(
                isChosen
                  ? chosen.filter(one => one !== change)
                  : [...chosen, change],
              )
            }
          >
            <Icon aria-hidden size={14} />
            {t(`comparison.set.changes.${change}`)}{' '}
            <span className={styles.chipCount}>
              {formatCount(counts[change])}
            </span>
          </button>
        );
      })}
    </div>
  );
}
