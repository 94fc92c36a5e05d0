import { LoadReport } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { SectionCard } from '../shared';
import { AuditBadge } from './AuditBadge';
import styles from './Load.module.css';

/** Whether the run can be believed, and all that speaks against it. */
export function AuditPanel(props: { report: LoadReport }) {
  const { audit, endedBy } = props.report;
  const { t } = useArenaTranslation();
  const { verdict, reasons } = audit;
  return (
    <SectionCard
      title={t('load.audit.title')}
      aside={
        <>
          <AuditBadge verdict={verdict} />
          {endedBy === 'running' && (
            <span className={styles.muted}>{t('load.audit.soFar')}</span>
          )}
        </>
      }
    >
      <p className={styles.text}>{t(`load.audit.${verdict}Text`)}</p>
      {reasons.length > 0 && (
        <ul className={styles.reasons} aria-label={t('load.audit.reasons')}>
          {reasons.map(reason => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
    </SectionCard>
  );
}
