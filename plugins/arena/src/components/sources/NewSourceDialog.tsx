import { useState } from 'react';
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
} from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import {
  EMPTY_SOURCE,
  isCompleteSource,
  SourceForm,
  sourceObject,
} from '../../lib/sourceForm';
import { useArenaShell } from '../../shell';
import { ErrorPanel } from '../shared';
import { SourceFields } from './SourceFields';
import styles from './Sources.module.css';

/** Asks for what a source of any type needs. */
export function NewSourceDialog(props: {
  cluster: string;
  clusterKind: 'embedded' | 'kubernetes';
  /** Says in the title which cluster gets the source. */
  isNamed: boolean;
  onClose: () => void;
  onCreated: (source: ArenaObject) => void;
}) {
  const { cluster, clusterKind, isNamed, onClose, onCreated } = props;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const { notify } = useArenaShell();
  const [form, setForm] = useState<SourceForm>(EMPTY_SOURCE);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const isComplete = isCompleteSource(form);

  const create = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const source = await api.create(cluster, sourceObject(form));
      const { name } = source.metadata;
      notify({ status: 'success', message: t('source.created', { name }) });
      onClose();
      onCreated(source);
    } catch (e) {
      setError(toError(e));
      setBusy(false);
    }
  };

  return (
    <Dialog
      isOpen
      width={640}
      onOpenChange={open => {
        if (!open) onClose();
      }}
    >
      <DialogHeader>
        {isNamed ? t('source.newIn', { cluster }) : t('source.new')}
      </DialogHeader>
      <DialogBody>
        <form
          id="arena-new-source"
          className={styles.form}
          onSubmit={event => {
            event.preventDefault();
            if (isComplete && !busy) create();
          }}
        >
          <SourceFields
            form={form}
            clusterKind={clusterKind}
            onChange={change => setForm(current => ({ ...current, ...change }))}
          />
          {error && <ErrorPanel title={t('source.refused')} error={error} />}
        </form>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" slot="close">
          {t('action.close')}
        </Button>
        <Button
          variant="primary"
          type="submit"
          form="arena-new-source"
          isPending={busy}
          isDisabled={!isComplete}
        >
          {t('action.create')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
