import {
  RiCheckboxCircleFill,
  RiCloseCircleFill,
  RiForbidLine,
  RiLoader4Line,
  RiTimeLine,
} from '@remixicon/react';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { JobPhase } from '../../lib/jobs';
import styles from './badges.module.css';

const ICONS = {
  Pending: RiTimeLine,
  Running: RiLoader4Line,
  Succeeded: RiCheckboxCircleFill,
  Failed: RiCloseCircleFill,
  Cancelled: RiForbidLine,
};

/** Phase of a job, told by icon, colour and word. */
export function PhaseBadge(props: { phase: JobPhase }) {
  const { t } = useArenaTranslation();
  const Icon = ICONS[props.phase];
  return (
    <span className={styles.badge} data-tone={props.phase}>
      <Icon
        aria-hidden
        size={14}
        className={props.phase === 'Running' ? styles.spin : undefined}
      />
      {t(`phase.${props.phase}`)}
    </span>
  );
}
