import { ReactNode } from 'react';
import { TabList } from '@backstage/ui';
import styles from './TabBar.module.css';

/** Tabs side by side, however many there are and however narrow the page is. */
export function TabBar(props: { label: string; children: ReactNode }) {
  return (
    <div className={styles.bar}>
      <TabList aria-label={props.label}>{props.children}</TabList>
    </div>
  );
}
