import { RiCheckLine, RiCloseLine } from '@remixicon/react';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import badges from '../shared/badges.module.css';

/** Whether a load test passed, told by icon, colour and word. */
export function PassedBadge(props: { passed: boolean }) {
  const { passed } = props;
  const { t } = useArenaTranslation();
  const Icon = passed ? RiCheckLine : RiCloseLine;
  return (
    <span className={badges.badge} data-tone={passed ? 'passed' : 'failed'}>
      <Icon aria-hidden size={14} />
      {t(passed ? 'load.stat.passed' : 'load.stat.notPassed')}
    </span>
  );
}
