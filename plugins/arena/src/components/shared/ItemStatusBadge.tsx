import {
  RiAlertFill,
  RiCheckboxCircleFill,
  RiCloseCircleFill,
} from '@remixicon/react';
import { ItemStatus } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import styles from './badges.module.css';

const ICONS = {
  passed: RiCheckboxCircleFill,
  failed: RiCloseCircleFill,
  errored: RiAlertFill,
};

/** Verdict on an item, told by icon, colour and word. */
export function ItemStatusBadge(props: { status: ItemStatus }) {
  const { t } = useArenaTranslation();
  const Icon = ICONS[props.status];
  return (
    <span className={styles.badge} data-tone={props.status}>
      <Icon aria-hidden size={14} />
      {t(`status.${props.status}`)}
    </span>
  );
}
