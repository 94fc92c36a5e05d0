import {
  RiFlagLine,
  RiLoader4Line,
  RiPauseCircleLine,
  RiStopCircleLine,
  RiTimeLine,
} from '@remixicon/react';
import { LoadState } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatClock } from '../../load/formatLoad';
import badges from '../shared/badges.module.css';

const ICONS = {
  waiting: RiTimeLine,
  running: RiLoader4Line,
  paused: RiPauseCircleLine,
  stopping: RiStopCircleLine,
  over: RiFlagLine,
};
const TONES = {
  waiting: 'Pending',
  running: 'Running',
  paused: 'Warning',
  stopping: 'Warning',
  over: 'over',
};

/** Phase of a load test in words. */
export function usePhaseText({ phase, workers, nowMs = 0 }: LoadState): string {
  const { t } = useArenaTranslation();
  if (phase === 'waiting') {
    return t('load.phase.waiting', {
      ready: String(workers.ready),
      expected: String(workers.expected),
    });
  }
  if (phase === 'running' && nowMs < 0) {
    return t('load.phase.starting', { time: formatClock(999 - nowMs) });
  }
  return t(`load.phase.${phase}`);
}

/** Phase of a load test, told by icon, colour and word. */
export function LoadPhaseBadge(props: { state: LoadState }) {
  const { phase } = props.state;
  const Icon = ICONS[phase];
  return (
    <span className={badges.badge} data-tone={TONES[phase]}>
      <Icon
        aria-hidden
        size={14}
        className={phase === 'running' ? badges.spin : undefined}
      />
      {usePhaseText(props.state)}
    </span>
  );
}
