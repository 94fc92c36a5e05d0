import { Button, ButtonIcon } from '@backstage/ui';
import {
  RiArrowLeftSLine,
  RiArrowRightSLine,
  RiRefreshLine,
} from '@remixicon/react';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatCount } from '../../lib/format';
import { Pages } from './usePages';
import styles from './Dataset.module.css';

/** Which part of a list is shown, and the ways to the others. */
export function Pager(props: { pages: Pages<unknown> }) {
  const { query, offset, next, previous } = props.pages;
  const { t } = useArenaTranslation();
  if (!query.value) return null;
  const { items, totalItems } = query.value;
  return (
    <div className={styles.pager}>
      <span role="status" className={styles.muted}>
        {t('dataset.rows.shown', {
          from: formatCount(items.length === 0 ? 0 : offset + 1),
          to: formatCount(offset + items.length),
          total: formatCount(totalItems),
        })}
      </span>
      <ButtonIcon
        size="small"
        variant="secondary"
        aria-label={t('dataset.rows.previous')}
        icon={<RiArrowLeftSLine />}
        isDisabled={!previous}
        onPress={previous}
      />
      <ButtonIcon
        size="small"
        variant="secondary"
        aria-label={t('dataset.rows.next')}
        icon={<RiArrowRightSLine />}
        isDisabled={!next}
        onPress={next}
      />
      <Button
        size="small"
        variant="tertiary"
        iconStart={<RiRefreshLine />}
        isPending={query.loading}
        onPress={query.reload}
      >
        {t('dataset.rows.newest')}
      </Button>
    </div>
  );
}
