import {
  RiCheckboxCircleFill,
  RiCloseCircleFill,
  RiLoader4Line,
  RiTimeLine,
} from '@remixicon/react';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { statusText } from '../../lib/jobs';
import badges from '../shared/badges.module.css';

const PHASES = {
  Pending: { icon: RiTimeLine, tone: 'Pending' },
  Initializing: { icon: RiLoader4Line, tone: 'Running' },
  Fetching: { icon: RiLoader4Line, tone: 'Running' },
  Ready: { icon: RiCheckboxCircleFill, tone: 'Succeeded' },
  Error: { icon: RiCloseCircleFill, tone: 'Failed' },
};

/** Phase of a source, told by icon, colour and word. */
export function SourcePhaseBadge(props: { source: ArenaObject }) {
  const { t } = useArenaTranslation();
  const found = statusText(props.source, 'phase');
  // A source that the controller has not seen yet is waiting like any other.
  const phase =
    found !== undefined && found in PHASES
      ? (found as keyof typeof PHASES)
      : 'Pending';
  const { icon: Icon, tone } = PHASES[phase];
  return (
    <span className={badges.badge} data-tone={tone}>
      <Icon
        aria-hidden
        size={14}
        className={tone === 'Running' ? badges.spin : undefined}
      />
      {t(`source.phase.${phase}`)}
    </span>
  );
}
