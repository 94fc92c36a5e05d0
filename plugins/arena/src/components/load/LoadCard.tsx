import { ReactNode } from 'react';
import { Card, CardBody, CardHeader } from '@backstage/ui';
import styles from './Load.module.css';

/** A part of the page with its name. */
export function LoadCard(props: {
  title: string;
  /** Beside the title. */
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Card>
      <CardHeader>
        <div className={styles.cardHead}>
          <h2 className={styles.cardTitle}>{props.title}</h2>
          {props.aside}
        </div>
      </CardHeader>
      <CardBody>{props.children}</CardBody>
    </Card>
  );
}
