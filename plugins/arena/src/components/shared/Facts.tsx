import { ReactNode } from 'react';
import styles from './Facts.module.css';

/** Labels with their values, one below the other. Labels are unlike each other. */
export function Facts(props: {
  facts: ReadonlyArray<readonly [label: string, value: ReactNode]>;
  /** For labels of several words. */
  wideLabels?: boolean;
}) {
  return (
    <dl className={styles.facts}>
      {props.facts.map(([label, value]) => (
        <div
          key={label}
          className={styles.fact}
          data-wide={props.wideLabels || undefined}
        >
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
