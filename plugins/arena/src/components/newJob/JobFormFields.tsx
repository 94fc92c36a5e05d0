import { useMemo } from 'react';
import {
  Checkbox,
  CheckboxGroup,
  NumberField,
  Select,
  TextField,
} from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { ArenaKind } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useQuery } from '../../hooks/useQuery';
import { JobForm } from '../../lib/jobDocument';
import { JOB_TYPES } from '../../lib/jobs';
import { DataGenFields } from './DataGenFields';
import { LoadTestFields } from './LoadTestFields';
import { PatternField } from './PatternField';
import styles from './NewJob.module.css';

const FORMATS = ['json', 'jsonl', 'junit', 'csv', 'html', 'markdown'];

/** Objects of a kind that a job of the namespace can reference. */
function useObjects(cluster: string, kind: ArenaKind, namespace?: string) {
  const api = useApi(arenaApiRef);
  const query = useQuery(
    signal => api.list({ cluster, kind, namespace, limit: 500 }, { signal }),
    [api, cluster, kind, namespace],
  );
  return query.value?.items ?? [];
}

/** The fields that most jobs need. */
export function JobFormFields(props: {
  cluster: string;
  form: JobForm;
  isDisabled: boolean;
  onChange: (change: Partial<JobForm>) => void;
}) {
  const { cluster, form, isDisabled, onChange } = props;
  const { t } = useArenaTranslation();
  const namespace = form.namespace || undefined;
  const sources = useObjects(cluster, 'ArenaSource', namespace);
  const providers = useObjects(cluster, 'Provider');

  const sourceOptions = useMemo(() => {
    const names = sources.map(source => source.metadata.name);
    // A text may name a source that does not exist yet: the job waits for it.
    const all = new Set([...names, ...(form.source ? [form.source] : [])]);
    return [...all].map(id => ({ id, label: id }));
  }, [sources, form.source]);
  const providerOptions = useMemo(() => {
    const refs = providers.map(({ metadata }) =>
      metadata.namespace === form.namespace
        ? metadata.name
        : `${metadata.namespace}/${metadata.name}`,
    );
    return [...new Set([...refs, ...form.providers])].map(id => ({
      id,
      label: id,
    }));
  }, [providers, form.namespace, form.providers]);

  const typeOptions = useMemo(
    () => [
      ...JOB_TYPES.map(id => ({ id: String(id), label: t(`type.${id}`) })),
      // A text in the middle of being written has any type.
      ...(JOB_TYPES.some(id => id === form.type)
        ? []
        : [{ id: form.type, label: form.type }]),
    ],
    [form.type, t],
  );

  return (
    <div className={styles.fields}>
      <TextField
        label={t('field.name')}
        isRequired
        isDisabled={isDisabled}
        value={form.name}
        onChange={name => onChange({ name })}
      />
      <TextField
        label={t('field.namespace')}
        isDisabled={isDisabled}
        value={form.namespace}
        onChange={value => onChange({ namespace: value })}
      />
      <Select
        label={t('field.source')}
        description={t('field.sourceHint')}
        placeholder={t('field.sourcePlaceholder')}
        isRequired
        isDisabled={isDisabled}
        value={form.source || null}
        onChange={key => onChange({ source: String(key ?? '') })}
        options={sourceOptions}
      />
      <Select
        label={t('field.type')}
        isDisabled={isDisabled}
        value={form.type}
        onChange={key => onChange({ type: String(key) })}
        options={typeOptions}
      />
      {form.type === 'loadtest' && (
        <LoadTestFields
          form={form}
          isDisabled={isDisabled}
          onChange={onChange}
        />
      )}
      {form.type === 'datagen' && (
        <DataGenFields
          form={form}
          isDisabled={isDisabled}
          onChange={onChange}
        />
      )}
      <PatternField
        label={t('field.include')}
        description={t('field.includeHint')}
        isDisabled={isDisabled}
        value={form.include}
        onChange={include => onChange({ include })}
      />
      <PatternField
        label={t('field.exclude')}
        isDisabled={isDisabled}
        value={form.exclude}
        onChange={exclude => onChange({ exclude })}
      />
      <Select
        label={t('field.providers')}
        description={t('field.providersHint')}
        placeholder={t('field.providersPlaceholder')}
        selectionMode="multiple"
        isDisabled={isDisabled}
        value={form.providers}
        onChange={keys => onChange({ providers: keys.map(String) })}
        options={providerOptions}
      />
      <div className={styles.pair}>
        {form.type !== 'datagen' && (
          <NumberField
            label={t('field.trials')}
            minValue={1}
            maxValue={10_000}
            isDisabled={isDisabled}
            value={form.trials ?? NaN}
            onChange={trials =>
              onChange({ trials: Number.isNaN(trials) ? undefined : trials })
            }
          />
        )}
        <NumberField
          label={t('field.workers')}
          minValue={1}
          maxValue={1000}
          isDisabled={isDisabled}
          value={form.workers ?? NaN}
          onChange={workers =>
            onChange({ workers: Number.isNaN(workers) ? undefined : workers })
          }
        />
      </div>
      {form.type === 'evaluation' && (
        <CheckboxGroup
          label={t('field.formats')}
          orientation="horizontal"
          isDisabled={isDisabled}
          value={form.formats}
          onChange={formats => onChange({ formats })}
        >
          {FORMATS.map(format => (
            <Checkbox key={format} value={format}>
              {format}
            </Checkbox>
          ))}
        </CheckboxGroup>
      )}
    </div>
  );
}
