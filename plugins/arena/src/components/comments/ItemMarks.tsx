import { RiChat3Line, RiPriceTag3Fill } from '@remixicon/react';
import type { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { marksText } from './marksText';
import { Marks } from './useDiscussedCells';
import styles from './Comments.module.css';

/** Tells in a list that something has labels or open comments. */
export function ItemMarks(props: {
  t: ReturnType<typeof useArenaTranslation>['t'];
  marks: Marks;
}) {
  const { t, marks } = props;
  const text = marksText(t, marks);
  return (
    <span className={styles.mark} title={text}>
      {marks.labels.length > 0 && <RiPriceTag3Fill size={12} aria-hidden />}
      {marks.open > 0 && (
        <>
          <RiChat3Line size={12} aria-hidden />
          <span aria-hidden>{marks.open}</span>
        </>
      )}
      <span className={styles.words}>{text}</span>
    </span>
  );
}
