import type { SearchDocument } from '@backstage/plugin-search-common';
import { Link } from '@backstage/ui';
import type { ReactNode } from 'react';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import type { EntityDocument } from './isArenaResult';
import styles from './Search.module.css';

/** A job or a source among the results of a search. */
export function ArenaSearchResult(props: {
  result?: SearchDocument;
  icon?: ReactNode;
}) {
  const { t } = useArenaTranslation();
  if (!props.result) return null;
  const { title, text, location, kind, type, owner, namespace } =
    props.result as EntityDocument;
  return (
    <article className={styles.item}>
      <span className={styles.icon} aria-hidden>
        {props.icon}
      </span>
      <div className={styles.body}>
        <Link href={location} className={styles.title}>
          {title}
        </Link>
        {text && <p className={styles.text}>{text}</p>}
        <ul className={styles.facts}>
          <li>
            {kind === 'ArenaSource' ? t('search.source') : typeName(type, t)}
          </li>
          {owner && (
            <li>{t('search.owner', { owner: owner.split('/').pop()! })}</li>
          )}
          <li>{t('search.namespace', { namespace })}</li>
        </ul>
      </div>
    </article>
  );
}

/** Types that a later version may add are shown as they are. */
function typeName(
  type: string,
  t: ReturnType<typeof useArenaTranslation>['t'],
): string {
  switch (type) {
    case 'evaluation':
    case 'loadtest':
    case 'datagen':
      return t(`type.${type}`);
    default:
      return type;
  }
}
