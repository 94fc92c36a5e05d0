import { RiAlertLine, RiCloseLine, RiShieldCheckLine } from '@remixicon/react';
import { AuditVerdict } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import badges from '../shared/badges.module.css';

const ICONS = {
  valid: RiShieldCheckLine,
  suspect: RiAlertLine,
  invalid: RiCloseLine,
};

/** Whether figures can be believed, told by icon, colour and word. */
export function AuditBadge(props: {
  verdict: AuditVerdict;
  /** Says what it is a verdict of. */
  isAlone?: boolean;
  title?: string;
}) {
  const { verdict, isAlone, title } = props;
  const { t } = useArenaTranslation();
  const Icon = ICONS[verdict];
  const word = t(`load.audit.${verdict}`);
  return (
    <span className={badges.badge} data-tone={verdict} title={title}>
      <Icon aria-hidden size={14} />
      {isAlone ? t('load.audit.badge', { verdict: word }) : word}
    </span>
  );
}
