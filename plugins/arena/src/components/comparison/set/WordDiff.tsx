import { Fragment, useMemo } from 'react';
import { diffWordsWithSpace } from 'diff';
import { useArenaTranslation } from '../../../hooks/useArenaTranslation';
import styles from './Compare.module.css';

/** Beyond this, words that happen to be the same say nothing; to find them would hold up the page. */
const MAX_EDITS = 2_000;

/** A text with the words marked that another one does not have, and those that only the other one has. */
export function WordDiff(props: { before: string; after: string }) {
  const { before, after } = props;
  const { t } = useArenaTranslation();
  const parts = useMemo(
    () => diffWordsWithSpace(before, after, { maxEditLength: MAX_EDITS }),
    [before, after],
  );
  if (!parts) {
    return (
      <>
        <p className={styles.muted}>{t('comparison.set.tooLong')}</p>
        {after}
      </>
    );
  }
  return (
    <>
      {parts.map(({ value, added, removed }, index) => {
        if (added) {
          return (
            <ins
              key={index}
              className={styles.inserted}
              title={t('comparison.set.inserted')}
            >
              {value}
            </ins>
          );
        }
        if (removed) {
          return (
            <del
              key={index}
              className={styles.deleted}
              title={t('comparison.set.deleted')}
            >
              {value}
            </del>
          );
        }
        return <Fragment key={index}>{value}</Fragment>;
      })}
    </>
  );
}
