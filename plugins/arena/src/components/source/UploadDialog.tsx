import { ChangeEvent, useState } from 'react';
import {
  Alert,
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
} from '@backstage/ui';
import { toError } from '@backstage/errors';
import { useApi } from '@backstage/frontend-plugin-api';
import { SourceUpload } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatBytes, formatCount } from '../../lib/format';
import { isForBundle, uploadsOf } from '../../lib/uploads';
import { JobAddress, useArenaShell } from '../../shell';
import { ErrorPanel } from '../shared';
import styles from './Source.module.css';

const SHOWN = 12;

/** Takes a folder of this computer to be the content of a source. */
export function UploadDialog(props: {
  address: JobAddress;
  /** What is replaced. */
  folder: string;
  onClose: () => void;
}) {
  const { address, folder, onClose } = props;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const { notify } = useArenaShell();
  const [all, setAll] = useState<SourceUpload[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const files = all.filter(isForBundle);
  const size = files.reduce((sum, { content }) => sum + content.size, 0);

  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    setError(undefined);
    setAll(uploadsOf([...(event.target.files ?? [])]));
  };
  const upload = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await api.uploadSource(address, files);
      notify({
        status: 'success',
        message: t('source.upload.done', {
          files: t('source.upload.files', { count: files.length }),
        }),
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
      <DialogHeader>
        {t('source.upload.title', { name: address.name })}
      </DialogHeader>
      <DialogBody>
        <div className={styles.form}>
          <Alert
            status="warning"
            icon
            title={t('source.upload.replaces', { folder })}
            description={t('source.upload.replacesDescription')}
          />
          <label className={styles.fileField}>
            {t('source.upload.folder')}
            <input
              type="file"
              multiple
              disabled={busy}
              onChange={choose}
              // React knows no such attribute; all browsers do.
              {...{ webkitdirectory: '' }}
            />
          </label>
          <label className={styles.fileField}>
            {t('source.upload.single')}
            <input type="file" multiple disabled={busy} onChange={choose} />
          </label>
          {all.length > 0 && (
            <div role="status" className={styles.text}>
              {t('source.upload.chosen', {
                files: t('source.upload.files', { count: files.length }),
                size: formatBytes(size),
              })}
              {all.length > files.length &&
                ` ${t('source.upload.skipped', {
                  files: formatCount(all.length - files.length),
                })}`}
              <ul className={styles.chosen}>
                {files.slice(0, SHOWN).map(({ path }) => (
                  <li key={path}>{path}</li>
                ))}
                {files.length > SHOWN && <li>…</li>}
              </ul>
            </div>
          )}
          {error && (
            <ErrorPanel title={t('source.upload.refused')} error={error} />
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
          isDisabled={files.length === 0}
          onPress={() => {
            upload();
          }}
        >
          {t('source.upload.action')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
