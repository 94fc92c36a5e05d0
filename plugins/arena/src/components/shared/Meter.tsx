import styles from './Meter.module.css';

/** How much of something there is, as a bar with its text. */
export function Meter(props: {
  label: string;
  value: number;
  /** Absent: nobody knows, and there is no bar. */
  max: number | undefined;
  text: string;
  /** Beside the bar, where there is little room; the text is its tooltip then. */
  shortText?: string;
  /** The end is one that should not be reached. */
  isLimit?: boolean;
}) {
  const { label, value, max, text, shortText, isLimit } = props;
  const share = max === undefined ? 0 : Math.min(1, max > 0 ? value / max : 0);
  let tone = 'plain';
  if (isLimit && share >= 0.8) tone = share >= 0.95 ? 'reached' : 'near';
  return (
    <div className={styles.root} data-short={shortText !== undefined}>
      {max !== undefined && (
        <div
          className={styles.track}
          role="progressbar"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={max}
          aria-valuenow={Math.min(value, max)}
          aria-valuetext={text}
          title={shortText && text}
        >
          <span
            className={styles.bar}
            data-tone={tone}
            style={{ width: `${share * 100}%` }}
          />
        </div>
      )}
      <span className={styles.text} aria-hidden={max !== undefined}>
        {shortText ?? text}
      </span>
    </div>
  );
}
