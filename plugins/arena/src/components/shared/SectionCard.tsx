import { ReactNode } from 'react';
import { Card, CardBody, CardHeader } from '@backstage/ui';
import styles from './SectionCard.module.css';

/** A part of the page with its name. */
export function SectionCard(props: {
  title: string;
  /** Beside the title. */
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Card>
      <CardHeader>
        <div className={styles.head}>
          <h2 className={styles.title}>{props.title}</h2>
          {props.aside}
        </div>
      </CardHeader>
      <CardBody>{props.children}</CardBody>
    </Card>
  );
}
