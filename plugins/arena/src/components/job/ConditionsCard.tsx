import { Card, CardBody, CardHeader } from '@backstage/ui';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { conditionsOf } from '../../lib/jobs';
import { Age } from '../shared';
import badges from '../shared/badges.module.css';
import styles from './Job.module.css';

/** Conditions of an object with their reasons, as the controller wrote them. */
export function ConditionsCard(props: { object: ArenaObject }) {
  const { t } = useArenaTranslation();
  const conditions = conditionsOf(props.object);
  return (
    <Card>
      <CardHeader>
        <h2 className={styles.cardTitle}>{t('conditions.title')}</h2>
      </CardHeader>
      <CardBody>
        {conditions.length === 0 && (
          <p className={styles.muted}>{t('conditions.none')}</p>
        )}
        <ul className={styles.conditions}>
          {conditions.map(condition => (
            <li key={condition.type} className={styles.condition}>
              <div className={styles.conditionHead}>
                <span className={styles.conditionType}>{condition.type}</span>
                <span className={badges.badge} data-tone={condition.status}>
                  {t(`condition.${condition.status}`)}
                </span>
                <code className={styles.reason}>{condition.reason}</code>
                <span className={styles.muted}>
                  <Age time={condition.lastTransitionTime} />
                </span>
              </div>
              {condition.message && (
                <div className={styles.muted}>{condition.message}</div>
              )}
            </li>
          ))}
        </ul>
      </CardBody>
    </Card>
  );
}
