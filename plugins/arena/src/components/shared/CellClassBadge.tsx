import { RiCheckLine, RiCloseLine, RiShuffleLine } from '@remixicon/react';
import { CellClass } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import styles from './badges.module.css';

/** Shape of each class, so that colour is never alone. */
export const CELL_CLASS_ICONS = {
  stable: RiCheckLine,
  flaky: RiShuffleLine,
  broken: RiCloseLine,
};

/** What the trials of a cell have in common, told by icon, colour and word. */
export function CellClassBadge(props: { class: CellClass; count?: string }) {
  const { t } = useArenaTranslation();
  const Icon = CELL_CLASS_ICONS[props.class];
  return (
    <span
      className={styles.badge}
      data-tone={props.class}
      title={t(`cellClass.${props.class}Hint`)}
    >
      <Icon aria-hidden size={14} />
      {props.count !== undefined && `${props.count} `}
      {t(`cellClass.${props.class}`)}
    </span>
  );
}
