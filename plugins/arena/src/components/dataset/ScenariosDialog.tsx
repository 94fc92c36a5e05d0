import { useState } from 'react';
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  NumberField,
  Text,
  TextField,
} from '@backstage/ui';
import { toError } from '@backstage/errors';
import { useApi } from '@backstage/frontend-plugin-api';
import { JsonObject } from '@backstage/types';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatCount } from '../../lib/format';
import { saveBlob } from '../../lib/saveResponse';
import { useArenaShell } from '../../shell';
import { ErrorPanel } from '../shared';
import styles from './Dataset.module.css';

const MOST = 10_000;

/** Makes scenarios of the rows of a run, to be saved as an archive. */
export function ScenariosDialog(props: {
  runId: string;
  /** Begins the names of the scenarios. */
  name: string;
  total: number;
  /** To suggest what the user could say. */
  sample: JsonObject;
  onClose: () => void;
}) {
  const { runId, name, total, sample, onClose } = props;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const { notify } = useArenaShell();
  const [taskType, setTaskType] = useState('');
  const [text, setText] = useState(() => suggestedText(sample));
  const [label, setLabel] = useState('');
  const [limit, setLimit] = useState(Math.min(total, MOST));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();

  const make = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { scenarioArchive } = await import('../../dataset/scenarioArchive');
      const { archive, count } = await scenarioArchive(api, runId, {
        taskType: taskType.trim(),
        text: text.trim() || undefined,
        labels: label
          .split(',')
          .map(field => field.trim())
          .filter(Boolean),
        prefix: name,
        limit,
      });
      saveBlob(archive, `${name}-scenarios.zip`);
      notify({
        status: 'success',
        message: t('dataset.scenarios.done', { count }),
      });
      onClose();
    } catch (e) {
      setError(toError(e));
      setBusy(false);
    }
  };

  return (
    <Dialog
      isOpen
      width={560}
      onOpenChange={open => {
        if (!open) onClose();
      }}
    >
      <DialogHeader>{t('dataset.scenarios.title')}</DialogHeader>
      <DialogBody>
        <div className={styles.overview}>
          <Text as="p" variant="body-medium">
            {t('dataset.scenarios.description', {
              fields: Object.keys(sample).join(', '),
            })}
          </Text>
          <TextField
            label={t('dataset.scenarios.taskType')}
            description={t('dataset.scenarios.taskTypeHint')}
            isRequired
            value={taskType}
            onChange={setTaskType}
          />
          <TextField
            label={t('dataset.scenarios.text')}
            description={t('dataset.scenarios.textHint')}
            value={text}
            onChange={setText}
          />
          <TextField
            label={t('dataset.scenarios.labels')}
            description={t('dataset.scenarios.labelsHint')}
            value={label}
            onChange={setLabel}
          />
          <NumberField
            label={t('dataset.scenarios.limit', { total: formatCount(total) })}
            minValue={1}
            maxValue={Math.min(total, MOST)}
            value={limit}
            onChange={setLimit}
          />
          {error && (
            <ErrorPanel title={t('dataset.scenarios.failed')} error={error} />
          )}
        </div>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" slot="close" isDisabled={busy}>
          {t('action.close')}
        </Button>
        <Button
          variant="primary"
          isPending={busy}
          isDisabled={!taskType.trim() || Number.isNaN(limit)}
          onPress={() => {
            make();
          }}
        >
          {t('action.download')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}

/** The texts of a row; nothing for dialogues and plain texts, of which it is clear what the user says. */
function suggestedText(row: JsonObject): string {
  if (Array.isArray(row.messages) || typeof row.text === 'string') return '';
  return Object.entries(row)
    .filter(([, value]) => typeof value === 'string' && value.includes(' '))
    .map(([field]) => `{{${field}}}`)
    .join(': ');
}
