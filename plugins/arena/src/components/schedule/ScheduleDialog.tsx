import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
} from '@backstage/ui';
import { toError } from '@backstage/errors';
import { ObjectKey } from '@backstage-arena/plugin-arena-common';
import { useMemo, useState } from 'react';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { ErrorPanel } from '../shared';
import { NextFires } from './NextFires';
import { previewFires } from './previewFires';
import styles from './Schedule.module.css';
import { ScheduleFields } from './ScheduleFields';
import { ScheduleEdit, ScheduleForm } from './scheduleForm';

const PREVIEWED = 5;

/** Changes when a job is due, and shows what the change means while it is typed. */
export function ScheduleDialog(props: {
  job: ObjectKey;
  form: ScheduleForm;
  /** Rejects when it cannot be done. */
  onSave: (edit: ScheduleEdit) => Promise<void>;
  onClose: () => void;
}) {
  const { job, onSave, onClose } = props;
  const { t } = useArenaTranslation();
  // The job may change while it is edited.
  const [from] = useState(props.form);
  const [form, setForm] = useState(from);
  const [opened] = useState(() => new Date());
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const { cron, timezone } = form;
  const preview = useMemo(
    () =>
      previewFires({ cron, timezone }, { job, from: opened, count: PREVIEWED }),
    [cron, timezone, job, opened],
  );
  const isValid = !preview.cronProblem && !preview.timezoneProblem;

  const save = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await onSave({ from, to: { ...form, jitter: form.jitter.trim() } });
      onClose();
    } catch (e) {
      setError(toError(e));
      setBusy(false);
    }
  };

  return (
    <Dialog
      isOpen
      width={720}
      onOpenChange={open => {
        if (!open) onClose();
      }}
    >
      <DialogHeader>{t('schedule.edit')}</DialogHeader>
      <DialogBody>
        <form
          id="arena-schedule"
          className={styles.form}
          onSubmit={event => {
            event.preventDefault();
            if (isValid && !isBusy) save();
          }}
        >
          <ScheduleFields
            form={form}
            preview={preview}
            onChange={change => setForm(current => ({ ...current, ...change }))}
          >
            {isValid && (
              <section aria-label={t('schedule.next')} aria-live="polite">
                <NextFires fires={preview.fires} />
              </section>
            )}
          </ScheduleFields>
          {error && <ErrorPanel title={t('schedule.refused')} error={error} />}
        </form>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" slot="close">
          {t('action.close')}
        </Button>
        <Button
          variant="primary"
          type="submit"
          form="arena-schedule"
          isPending={isBusy}
          isDisabled={!isValid}
        >
          {t('schedule.save')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
