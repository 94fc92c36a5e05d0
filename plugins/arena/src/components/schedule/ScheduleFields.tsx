import { ReactNode, useMemo } from 'react';
import { NumberField, Select, TextField } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { SchedulePreview } from './previewFires';
import { readCron } from './readCron';
import styles from './Schedule.module.css';
import { CATCH_UPS, POLICIES, ScheduleForm } from './scheduleForm';

/** What a schedule consists of. */
export function ScheduleFields(props: {
  form: ScheduleForm;
  preview: SchedulePreview;
  /** After the fields that say when it is due. */
  children?: ReactNode;
  onChange: (change: Partial<ScheduleForm>) => void;
}) {
  const { form, preview, children, onChange } = props;
  const { t } = useArenaTranslation();
  const zones = useMemo(() => {
    // Old names are zones as well, and stay.
    const all = new Set([
      'UTC',
      form.timezone,
      ...Intl.supportedValuesOf('timeZone'),
    ]);
    return [...all].map(id => ({ id, label: id }));
  }, [form.timezone]);
  const policies = useMemo(
    () =>
      POLICIES.map(id => ({
        id: String(id),
        label: t(`schedule.policy.${id}`),
      })),
    [t],
  );
  const catchUps = useMemo(
    () =>
      CATCH_UPS.map(id => ({
        id: String(id),
        label: t(`schedule.catchUps.${id}`),
      })),
    [t],
  );
  const reading = preview.cronProblem ? undefined : readCron(form.cron);
  return (
    <>
      <TextField
        label={t('schedule.line')}
        description={t('schedule.lineHint')}
        isRequired
        value={form.cron}
        onChange={cron => onChange({ cron })}
      />
      <p
        className={styles.reading}
        role="status"
        data-problem={preview.cronProblem ? true : undefined}
      >
        {preview.cronProblem ?? reading ?? t('schedule.noReading')}
      </p>
      <Select
        label={t('schedule.timezone')}
        search={{ placeholder: t('schedule.timezoneSearch') }}
        value={form.timezone}
        onChange={key => onChange({ timezone: String(key) })}
        options={zones}
      />
      {children}
      <div className={styles.pair}>
        <Select
          label={t('schedule.concurrency')}
          value={form.concurrencyPolicy}
          onChange={key => onChange({ concurrencyPolicy: String(key) })}
          options={policies}
        />
        <Select
          label={t('schedule.catchUp')}
          value={form.catchUp}
          onChange={key => onChange({ catchUp: String(key) })}
          options={catchUps}
        />
      </div>
      <div className={styles.pair}>
        <TextField
          label={t('schedule.jitter')}
          description={t('schedule.jitterHint')}
          placeholder="5m"
          value={form.jitter}
          onChange={jitter => onChange({ jitter })}
        />
        <NumberField
          label={t('schedule.deadline')}
          description={t('schedule.deadlineHint')}
          minValue={10}
          value={form.startingDeadlineSeconds ?? NaN}
          onChange={value =>
            onChange({
              startingDeadlineSeconds: Number.isNaN(value) ? undefined : value,
            })
          }
        />
      </div>
      <div className={styles.pair}>
        <NumberField
          label={t('schedule.keptSucceeded')}
          minValue={0}
          value={form.successfulRunsHistoryLimit}
          onChange={value =>
            onChange({
              successfulRunsHistoryLimit: Number.isNaN(value) ? 3 : value,
            })
          }
        />
        <NumberField
          label={t('schedule.keptFailed')}
          minValue={0}
          value={form.failedRunsHistoryLimit}
          onChange={value =>
            onChange({
              failedRunsHistoryLimit: Number.isNaN(value) ? 1 : value,
            })
          }
        />
      </div>
    </>
  );
}
