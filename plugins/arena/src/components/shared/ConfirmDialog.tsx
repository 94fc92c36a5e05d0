import { useState } from 'react';
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Text,
} from '@backstage/ui';
import { toError } from '@backstage/errors';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { ErrorPanel } from './ErrorPanel';

/** Asks before something that cannot be undone. Stays open while it happens, and when it failed. */
export function ConfirmDialog(props: {
  title: string;
  description: string;
  confirmLabel: string;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}) {
  const { t } = useArenaTranslation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();

  const confirm = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await props.onConfirm();
      props.onClose();
    } catch (e) {
      setError(toError(e));
      setBusy(false);
    }
  };

  return (
    <Dialog
      isOpen
      width={460}
      onOpenChange={open => {
        if (!open) props.onClose();
      }}
    >
      <DialogHeader>{props.title}</DialogHeader>
      <DialogBody>
        <Text as="p" variant="body-medium">
          {props.description}
        </Text>
        {error && <ErrorPanel title={t('error.action')} error={error} />}
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" slot="close" isDisabled={busy}>
          {t('action.keep')}
        </Button>
        <Button
          variant="primary"
          destructive
          isPending={busy}
          onPress={() => {
            confirm();
          }}
        >
          {props.confirmLabel}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
