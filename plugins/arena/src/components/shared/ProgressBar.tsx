import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { finishedOf, ProgressCounts } from '../../lib/counters';
import { formatCompact, formatCount } from '../../lib/format';
import styles from './ProgressBar.module.css';

/** A table column has room for four digits; the tooltip has all of them. */
function short(count: number): string {
  return count < 10_000 ? formatCount(count) : formatCompact(count);
}

const SEGMENTS = ['passed', 'failed', 'errored'] as const;

/** How much is done and how it went, in one bar. */
export function ProgressBar(props: {
  counts: ProgressCounts;
  /** What makes progress. */
  label: string;
  /** Shows `done / total` beside the bar. */
  showCount?: boolean;
  /** What it says, where that is not about items. */
  text?: string;
}) {
  const { t } = useArenaTranslation();
  const { counts, label, showCount } = props;
  const finished = finishedOf(counts);
  const text =
    props.text ??
    t('progress.text', {
      finished: formatCount(finished),
      total: formatCount(counts.total),
      passed: formatCount(counts.passed),
      failed: formatCount(counts.failed),
      errored: formatCount(counts.errored),
    });
  return (
    <div className={styles.root}>
      <div
        className={styles.track}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={counts.total}
        aria-valuenow={finished}
        aria-valuetext={text}
        title={text}
      >
        {SEGMENTS.filter(name => counts[name] > 0).map(name => (
          <span
            key={name}
            className={styles.segment}
            data-segment={name}
            style={{ flexGrow: counts[name] }}
          />
        ))}
        <span
          className={styles.segment}
          data-segment="pending"
          style={{ flexGrow: counts.total === 0 ? 1 : counts.pending }}
        />
      </div>
      {showCount && (
        <span className={styles.count} aria-hidden>
          {short(finished)}/{short(counts.total)}
        </span>
      )}
    </div>
  );
}
