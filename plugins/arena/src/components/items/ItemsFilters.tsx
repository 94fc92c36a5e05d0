import { Button, Select } from '@backstage/ui';
import { RunItemsQuery, RunMatrix } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { SearchChanges } from '../../shell';
import { ITEM_STATUSES } from './useItemsFilter';
import styles from './Items.module.css';

/** The row of filters above the items. */
export function ItemsFilters(props: {
  query: RunItemsQuery;
  matrix: RunMatrix | undefined;
  isFiltered: boolean;
  onChange: (changes: SearchChanges) => void;
}) {
  const { query, matrix, isFiltered, onChange } = props;
  const { t } = useArenaTranslation();
  const choices = (ids: string[], chosen: string[] = []) =>
    [...new Set([...ids, ...chosen])].map(id => ({ id, label: id }));
  return (
    <div
      className={styles.filters}
      role="search"
      aria-label={t('items.filters')}
    >
      <Select
        aria-label={t('column.status')}
        placeholder={t('column.status')}
        className={styles.filter}
        selectionMode="multiple"
        value={query.status ?? []}
        onChange={keys => onChange({ status: keys.map(String) })}
        options={ITEM_STATUSES.map(id => ({ id, label: t(`status.${id}`) }))}
      />
      <Select
        aria-label={t('column.scenario')}
        placeholder={t('column.scenario')}
        className={styles.filter}
        selectionMode="multiple"
        search
        value={query.scenario ?? []}
        onChange={keys => onChange({ scenario: keys.map(String) })}
        options={choices(
          matrix?.scenarios.map(scenario => scenario.id) ?? [],
          query.scenario,
        )}
      />
      <Select
        aria-label={t('column.provider')}
        placeholder={t('column.provider')}
        className={styles.filter}
        selectionMode="multiple"
        search
        value={query.provider ?? []}
        onChange={keys => onChange({ provider: keys.map(String) })}
        options={choices(
          matrix?.providers.map(provider => provider.id) ?? [],
          query.provider,
        )}
      />
      {isFiltered && (
        <Button
          variant="tertiary"
          size="small"
          onPress={() =>
            onChange({
              status: undefined,
              scenario: undefined,
              provider: undefined,
            })
          }
        >
          {t('filter.clear')}
        </Button>
      )}
    </div>
  );
}
