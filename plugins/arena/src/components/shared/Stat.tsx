import { ReactNode } from 'react';
import styles from './Stat.module.css';

/** One number with its name. */
export function Stat(props: {
  label: string;
  children: ReactNode;
  hint?: string;
}) {
  return (
    <div className={styles.stat} title={props.hint}>
      <dt className={styles.label}>{props.label}</dt>
      <dd className={styles.value}>{props.children}</dd>
    </div>
  );
}

/** Numbers side by side. */
export function StatRow(props: { children: ReactNode }) {
  return <dl className={styles.row}>{props.children}</dl>;
}
