import { NumberField, TextField } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { JobForm } from '../../lib/jobDocument';
import styles from './NewJob.module.css';

/** What most load tests say; all else is for the text. */
export function LoadTestFields(props: {
  form: JobForm;
  isDisabled: boolean;
  onChange: (change: Partial<JobForm>) => void;
}) {
  const { form, isDisabled, onChange } = props;
  const { t } = useArenaTranslation();
  return (
    <>
      <NumberField
        label={t('field.targetRPS')}
        description={t('field.targetRPSHint')}
        minValue={1}
        step={1}
        maxValue={100_000}
        isDisabled={isDisabled}
        value={form.targetRPS ?? NaN}
        onChange={value =>
          onChange({ targetRPS: Number.isNaN(value) ? undefined : value })
        }
      />
      <div className={styles.pair}>
        <TextField
          label={t('field.duration')}
          placeholder="5m"
          isDisabled={isDisabled}
          value={form.duration ?? ''}
          onChange={duration => onChange({ duration })}
        />
        <TextField
          label={t('field.rampUp')}
          placeholder="30s"
          isDisabled={isDisabled}
          value={form.rampUp ?? ''}
          onChange={rampUp => onChange({ rampUp })}
        />
      </div>
      <div className={styles.pair}>
        <TextField
          label={t('field.latencyLimit')}
          placeholder="2s"
          isDisabled={isDisabled}
          value={form.latencyLimit ?? ''}
          onChange={latencyLimit => onChange({ latencyLimit })}
        />
        <TextField
          label={t('field.errorLimit')}
          placeholder="0.01"
          isDisabled={isDisabled}
          value={form.errorLimit ?? ''}
          onChange={errorLimit => onChange({ errorLimit })}
        />
      </div>
    </>
  );
}
