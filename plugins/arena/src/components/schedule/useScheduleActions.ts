import { useApi } from '@backstage/frontend-plugin-api';
import { ConflictError, toError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import { useCallback, useState } from 'react';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { isConflict, messageOf } from '../../lib/errors';
import { JobAddress, useArenaShell } from '../../shell';
import {
  conflictsWith,
  ScheduleEdit,
  ScheduleForm,
  scheduleForm,
  withEdit,
} from './scheduleForm';

const MAX_TRIES = 10;

/** What the fields of the form are called there. */
const LABELS = {
  cron: 'schedule.line',
  timezone: 'schedule.timezone',
  concurrencyPolicy: 'schedule.concurrency',
  catchUp: 'schedule.catchUp',
  jitter: 'schedule.jitter',
  startingDeadlineSeconds: 'schedule.deadline',
  successfulRunsHistoryLimit: 'schedule.keptSucceeded',
  failedRunsHistoryLimit: 'schedule.keptFailed',
} as const satisfies Record<keyof ScheduleForm, string>;

/** Changes a schedule, suspends it, or lets it go on; tells the reader how it went. */
export function useScheduleActions(address: JobAddress) {
  const api = useApi(arenaApiRef);
  const shell = useArenaShell();
  const { t } = useArenaTranslation();
  const [isPending, setPending] = useState(false);
  const { cluster, namespace, name } = address;

  const change = useCallback(
    async (edit: (schedule: JsonObject) => JsonObject) => {
      for (let attempt = 1; ; attempt += 1) {
        const { status, ...object } = await api.get({
          cluster,
          namespace,
          name,
          kind: 'ArenaJob',
        });
        const schedule = edit(object.spec.schedule as JsonObject);
        const spec = { ...object.spec, schedule };
        try {
          await api.update(cluster, { ...object, spec });
          return;
        } catch (error) {
          // While it runs, its status is written every second.
          if (attempt === MAX_TRIES || !isConflict(error)) throw error;
        }
      }
    },
    [api, cluster, namespace, name],
  );

  const setSuspended = useCallback(
    async (suspend: boolean) => {
      setPending(true);
      try {
        await change(schedule => ({ ...schedule, suspend }));
        shell.notify({
          status: 'info',
          message: t(
            suspend ? 'schedule.suspendedDone' : 'schedule.resumedDone',
          ),
        });
      } catch (error) {
        shell.notify({
          status: 'danger',
          message: `${t('error.action')}: ${messageOf(toError(error))}`,
        });
      } finally {
        setPending(false);
      }
    },
    [change, shell, t],
  );

  /** Rejects when the server refuses, or somebody else has changed the same: the dialog that asked shows it. */
  const save = useCallback(
    async (edit: ScheduleEdit) => {
      await change(schedule => {
        const [field] = conflictsWith(schedule, edit);
        if (!field) return withEdit(schedule, edit);
        throw new ConflictError(
          t('schedule.conflict', {
            field: t(LABELS[field]),
            value: String(scheduleForm(schedule)[field] ?? ''),
          }),
        );
      });
      shell.notify({ status: 'success', message: t('schedule.saved') });
    },
    [change, shell, t],
  );

  return { save, setSuspended, isPending };
}
