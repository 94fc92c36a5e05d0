import { Button, Checkbox, Select } from '@backstage/ui';
import {
  ITEM_LABELS,
  RunItemsQuery,
  RunMatrix,
} from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { SearchChanges } from '../../shell';
import { labelText } from '../comments';
import { ITEM_STATUSES } from './useItemsFilter';
import styles from './Items.module.css';

const KNOWN = 'known-issue';

/** The row of filters above the items. */
export function ItemsFilters(props: {
  query: RunItemsQuery;
  matrix: RunMatrix | undefined;
  /** Labels that are in use; absent: the items have none. */
  labels?: string[];
  isFiltered: boolean;
  onChange: (changes: SearchChanges) => void;
}) {
  const { query, matrix, labels, isFiltered, onChange } = props;
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
      {labels && (
        <>
          <Select
            aria-label={t('comments.filter')}
            placeholder={t('comments.filter')}
            className={styles.filter}
            selectionMode="multiple"
            value={query.label ?? []}
            onChange={keys => onChange({ label: keys.map(String) })}
            options={[
              ...new Set([...ITEM_LABELS, ...labels, ...(query.label ?? [])]),
            ].map(id => ({ id, label: labelText(t, id) }))}
          />
          <Checkbox
            isSelected={query.withoutLabel?.includes(KNOWN) ?? false}
            onChange={isOn =>
              onChange({ withoutLabel: isOn ? [KNOWN] : undefined })
            }
          >
            {t('comments.hideKnown')}
          </Checkbox>
        </>
      )}
      {isFiltered && (
        <Button
          variant="tertiary"
          size="small"
          onPress={() =>
            onChange({
              status: undefined,
              scenario: undefined,
              provider: undefined,
              label: undefined,
              withoutLabel: undefined,
            })
          }
        >
          {t('filter.clear')}
        </Button>
      )}
    </div>
  );
}
