import {
  RiCheckboxCircleFill,
  RiCloseCircleFill,
  RiSkipForwardLine,
} from '@remixicon/react';
import { CheckResult } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { JsonBlock } from './JsonBlock';
import styles from './Transcript.module.css';

type Verdict = 'passed' | 'failed' | 'skipped';

const ICONS = {
  passed: RiCheckboxCircleFill,
  failed: RiCloseCircleFill,
  skipped: RiSkipForwardLine,
};

/** Failures are what a reader came for. */
const RANK = { failed: 0, passed: 1, skipped: 2 };

/** A check as it is shown: one that decides, or one that only observes. */
type ShownCheck = Omit<CheckResult, 'level'>;

function verdictOf(check: ShownCheck): Verdict {
  if (check.skipped) return 'skipped';
  return check.passed ? 'passed' : 'failed';
}

function worstFirst(checks: ShownCheck[]): ShownCheck[] {
  return [...checks].sort((a, b) => RANK[verdictOf(a)] - RANK[verdictOf(b)]);
}

/** Checks with verdict, explanation and what they were given. */
export function CheckList(props: { checks: ShownCheck[]; label: string }) {
  const { t } = useArenaTranslation();
  return (
    <ul className={styles.checks} aria-label={props.label}>
      {worstFirst(props.checks).map((check, i) => {
        const verdict = verdictOf(check);
        const Icon = ICONS[verdict];
        const hasParams = Object.keys(check.params ?? {}).length > 0;
        return (
          <li key={i} className={styles.check} data-verdict={verdict}>
            <Icon size={16} aria-hidden className={styles.checkIcon} />
            <div className={styles.checkBody}>
              <div>
                <code className={styles.checkType}>{check.type}</code>{' '}
                <span className={styles.checkVerdict}>
                  {t(`check.${verdict}`)}
                </span>
                {check.score !== undefined && (
                  <span className={styles.meta}>
                    {' '}
                    {t('check.score', {
                      score: String(Number(check.score.toFixed(3))),
                    })}
                  </span>
                )}
              </div>
              <div>{check.explanation}</div>
              {check.message && (
                <div className={styles.meta}>{check.message}</div>
              )}
              {hasParams && (
                <details>
                  <summary>{t('check.params')}</summary>
                  <JsonBlock value={check.params} />
                </details>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
