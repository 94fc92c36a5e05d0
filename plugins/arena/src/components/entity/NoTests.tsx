import { ReactNode } from 'react';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { ARENA_ANNOTATIONS } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { CopyButton, EmptyState } from '../shared';
import styles from './Entity.module.css';

/** Says how an entity gets its first test. */
export function NoTests(props: { entity: Entity; action?: ReactNode }) {
  const { entity, action } = props;
  const { t } = useArenaTranslation();
  if (entity.kind.toLowerCase() === 'system') {
    return (
      <EmptyState
        title={t('entity.noneOfSystem')}
        description={t('entity.noneOfSystemDescription')}
      />
    );
  }
  const line = `${ARENA_ANNOTATIONS.component}: ${stringifyEntityRef(entity)}`;
  return (
    <EmptyState
      title={t('entity.none')}
      description={t('entity.noneDescription')}
      action={
        <div className={styles.teach}>
          <pre
            className={styles.snippet}
            role="region"
            aria-label={t('entity.annotation')}
            // What scrolls must be reachable by keyboard.
            // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
          >
            {`metadata:\n  annotations:\n    ${line}`}
          </pre>
          <div className={styles.actions}>
            <CopyButton text={line} />
            {action}
          </div>
        </div>
      }
    />
  );
}
