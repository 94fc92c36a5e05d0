import { useMemo } from 'react';
import { Button, Select } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { JobsQuery } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useQuery } from '../../hooks/useQuery';
import { JOB_PHASES, JOB_TYPES } from '../../lib/jobs';
import { SearchChanges } from '../../shell';
import { SearchBox } from '../shared';
import styles from './JobsPage.module.css';

/** Sources and namespaces to choose from: those that have a source, for jobs without one are rare. */
function useChoices(query: JobsQuery) {
  const api = useApi(arenaApiRef);
  const sources = useQuery(
    signal =>
      api.list(
        { cluster: query.cluster, kind: 'ArenaSource', limit: 500 },
        { signal },
      ),
    [api, query.cluster],
  );
  return useMemo(() => {
    const objects = sources.value?.items ?? [];
    const withCurrent = (names: string[], current?: string) =>
      [...new Set([...names, ...(current ? [current] : [])])].sort();
    return {
      namespaces: withCurrent(
        objects.map(source => source.metadata.namespace),
        query.namespace,
      ),
      sources: withCurrent(
        objects
          .filter(
            source =>
              !query.namespace || source.metadata.namespace === query.namespace,
          )
          .map(source => source.metadata.name),
        query.source,
      ),
    };
  }, [sources.value, query.namespace, query.source]);
}

/** The row of filters above the jobs. */
export function JobsFilters(props: {
  query: JobsQuery;
  isFiltered: boolean;
  onChange: (changes: SearchChanges) => void;
}) {
  const { query, isFiltered, onChange } = props;
  const { t } = useArenaTranslation();
  const choices = useChoices(query);
  const all = { id: '', label: t('filter.all') };

  return (
    <div
      className={styles.filters}
      role="search"
      aria-label={t('filter.label')}
    >
      <SearchBox
        label={t('filter.search')}
        className={styles.search}
        value={query.search ?? ''}
        onChange={search => onChange({ search })}
      />
      <Select
        aria-label={t('filter.phase')}
        placeholder={t('filter.phase')}
        className={styles.filter}
        selectionMode="multiple"
        value={query.phase ?? []}
        onChange={keys => onChange({ phase: keys.map(String) })}
        options={JOB_PHASES.map(id => ({ id, label: t(`phase.${id}`) }))}
      />
      <Select
        aria-label={t('filter.type')}
        placeholder={t('filter.type')}
        className={styles.filter}
        selectionMode="multiple"
        value={query.type ?? []}
        onChange={keys => onChange({ type: keys.map(String) })}
        options={JOB_TYPES.map(id => ({ id, label: t(`type.${id}`) }))}
      />
      <Select
        aria-label={t('filter.namespace')}
        placeholder={t('filter.namespace')}
        className={styles.filter}
        value={query.namespace ?? null}
        onChange={key => onChange({ namespace: String(key ?? '') })}
        options={[all, ...choices.namespaces.map(id => ({ id, label: id }))]}
      />
      <Select
        aria-label={t('filter.source')}
        placeholder={t('filter.source')}
        className={styles.filter}
        value={query.source ?? null}
        onChange={key => onChange({ source: String(key ?? '') })}
        options={[all, ...choices.sources.map(id => ({ id, label: id }))]}
      />
      {isFiltered && (
        <Button
          variant="tertiary"
          size="small"
          onPress={() =>
            onChange({
              search: undefined,
              phase: undefined,
              type: undefined,
              namespace: undefined,
              source: undefined,
            })
          }
        >
          {t('filter.clear')}
        </Button>
      )}
    </div>
  );
}
