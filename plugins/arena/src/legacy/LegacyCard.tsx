import { ReactNode } from 'react';
import { LegacyShell } from './LegacyShell';
import styles from './LegacyCard.module.css';

/** A card on a page of the catalog, as high as those beside it: grids of the old frontend system leave that to their cards. */
export function LegacyCard(props: { children: ReactNode }) {
  return (
    <LegacyShell>
      <div className={styles.card}>{props.children}</div>
    </LegacyShell>
  );
}
