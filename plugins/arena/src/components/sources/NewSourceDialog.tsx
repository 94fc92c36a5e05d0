import { useState } from 'react';
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  TextField,
} from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { ARENA_API_VERSION } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useArenaShell } from '../../shell';
import { ErrorPanel } from '../shared';
import styles from './Sources.module.css';

/** Asks for what a source of a workspace folder needs. */
export function NewSourceDialog(props: {
  cluster: string;
  /** Says in the title which cluster gets the source. */
  isNamed: boolean;
  onClose: () => void;
  onCreated: () => void;
}) {
  const { cluster, isNamed, onClose, onCreated } = props;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const { notify } = useArenaShell();
  const [name, setName] = useState('');
  const [namespace, setNamespace] = useState('default');
  const [path, setPath] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const isComplete = Boolean(name.trim() && namespace.trim() && path.trim());

  const create = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await api.create(cluster, {
        apiVersion: ARENA_API_VERSION,
        kind: 'ArenaSource',
        metadata: { name: name.trim(), namespace: namespace.trim() },
        spec: { type: 'workspace', workspace: { path: path.trim() } },
      });
      notify({ status: 'success', message: t('source.created', { name }) });
      onCreated();
      onClose();
    } catch (e) {
      setError(toError(e));
      setBusy(false);
    }
  };

  return (
    <Dialog
      isOpen
      width={520}
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
          <TextField
            label={t('field.name')}
            isRequired
            value={name}
            onChange={setName}
          />
          <TextField
            label={t('field.namespace')}
            isRequired
            value={namespace}
            onChange={setNamespace}
          />
          <TextField
            label={t('field.path')}
            description={t('field.pathHint')}
            isRequired
            value={path}
            onChange={setPath}
          />
          {error && <ErrorPanel title={t('source.refused')} error={error} />}
        </form>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" slot="close">
          {t('action.keep')}
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
