import { Button } from '@backstage/ui';
import { RiDownloadLine } from '@remixicon/react';
import { useApi } from '@backstage/frontend-plugin-api';
import { arenaApiRef } from '../../../api';
import { useArenaTranslation } from '../../../hooks/useArenaTranslation';
import { useSaveResponse } from '../../../hooks/useSaveResponse';
import { CompareState } from './useCompareState';
import styles from './Compare.module.css';

/** Saves all cells that match. */
export function CompareExports(props: { query: CompareState['query'] }) {
  const { query } = props;
  const api = useApi(arenaApiRef);
  const { t } = useArenaTranslation();
  const { isPending, save } = useSaveResponse(t('comparison.set.exportError'));
  return (
    <span className={styles.aside}>
      {(['csv', 'json'] as const).map(format => (
        <Button
          key={format}
          size="small"
          variant="secondary"
          iconStart={<RiDownloadLine />}
          isDisabled={isPending}
          onPress={() => {
            save(
              () => api.exportComparison({ ...query, format }),
              `comparison.${format}`,
            );
          }}
        >
          {t(
            format === 'csv'
              ? 'comparison.set.exportCsv'
              : 'comparison.set.exportJson',
          )}
        </Button>
      ))}
    </span>
  );
}
