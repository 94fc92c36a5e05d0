import { NumberField, Select } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { JobForm } from '../../lib/jobDocument';
import styles from './NewJob.module.css';

const FORMATS = ['jsonl', 'json', 'csv'].map(id => ({ id, label: id }));

/** What most data generation says; quotas and budgets are for the text. */
export function DataGenFields(props: {
  form: JobForm;
  isDisabled: boolean;
  onChange: (change: Partial<JobForm>) => void;
}) {
  const { form, isDisabled, onChange } = props;
  const { t } = useArenaTranslation();
  const numberOf = (value: number) => (Number.isNaN(value) ? undefined : value);
  return (
    <>
      <div className={styles.pair}>
        <NumberField
          label={t('field.count')}
          minValue={1}
          maxValue={10_000_000}
          isDisabled={isDisabled}
          value={form.count ?? NaN}
          onChange={count => onChange({ count: numberOf(count) })}
        />
        <Select
          label={t('field.format')}
          isDisabled={isDisabled}
          value={form.format ?? null}
          onChange={key => onChange({ format: String(key) })}
          options={FORMATS}
        />
      </div>
      <div className={styles.pair}>
        <NumberField
          label={t('field.maxAttempts')}
          description={t('field.maxAttemptsHint')}
          minValue={1}
          maxValue={100_000_000}
          isDisabled={isDisabled}
          value={form.maxAttempts ?? NaN}
          onChange={maxAttempts =>
            onChange({ maxAttempts: numberOf(maxAttempts) })
          }
        />
        <NumberField
          label={t('field.seed')}
          description={t('field.seedHint')}
          isDisabled={isDisabled}
          value={form.seed ?? NaN}
          onChange={seed => onChange({ seed: numberOf(seed) })}
        />
      </div>
      <NumberField
        label={t('field.nearDuplicateThreshold')}
        description={t('field.nearDuplicateThresholdHint')}
        minValue={0.2}
        maxValue={1}
        step={0.05}
        isDisabled={isDisabled}
        value={form.nearDuplicateThreshold ?? NaN}
        onChange={value =>
          onChange({ nearDuplicateThreshold: numberOf(value) })
        }
      />
    </>
  );
}
