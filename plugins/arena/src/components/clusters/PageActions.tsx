import { ReactNode } from 'react';
import { ClusterChoice } from './ClusterScope';
import { ClusterSwitcher } from './ClusterSwitcher';
import styles from './Clusters.module.css';

/** What stands beside the title of a page: which cluster it shows, and what can be done. */
export function PageActions(props: {
  choice: ClusterChoice;
  children?: ReactNode;
}) {
  return (
    <div className={styles.actions}>
      <ClusterSwitcher choice={props.choice} />
      {props.children}
    </div>
  );
}
