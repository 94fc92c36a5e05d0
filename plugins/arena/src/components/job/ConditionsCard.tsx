import { Card, CardBody, CardHeader } from '@backstage/ui';
import { RiLightbulbLine } from '@remixicon/react';
import { ArenaObject, Condition } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { conditionsOf } from '../../lib/jobs';
import { Age } from '../shared';
import badges from '../shared/badges.module.css';
import styles from './Job.module.css';

/** Conditions of an object with their reasons, as the controller wrote them. */
export function ConditionsCard(props: {
  object: ArenaObject;
  /** What can be done about a condition, if anything. */
  adviceOf?: (condition: Condition) => string | undefined;
}) {
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
                <span
                  className={badges.badge}
                  data-tone={
                    // That nothing is being fetched any more is no trouble.
                    condition.reason === 'FetchComplete'
                      ? undefined
                      : condition.status
                  }
                >
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
              <Advice text={props.adviceOf?.(condition)} />
            </li>
          ))}
        </ul>
      </CardBody>
    </Card>
  );
}

function Advice(props: { text: string | undefined }) {
  if (!props.text) return null;
  return (
    <div className={styles.advice}>
      <RiLightbulbLine size={16} aria-hidden />
      {props.text}
    </div>
  );
}
