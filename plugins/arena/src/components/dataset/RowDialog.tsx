import { Dialog, DialogBody, DialogHeader } from '@backstage/ui';
import { DatasetRow } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { CopyButton } from '../shared';
import { JsonBlock } from '../transcript/JsonBlock';
import { ProvenanceFacts } from './ProvenanceFacts';
import styles from './Dataset.module.css';

/** A row as a whole. */
export function RowDialog(props: { row: DatasetRow; onClose: () => void }) {
  const { row, onClose } = props;
  const { t } = useArenaTranslation();
  const title = t('dataset.rows.open', { number: String(row.number + 1) });
  return (
    <Dialog
      isOpen
      width={760}
      onOpenChange={open => {
        if (!open) onClose();
      }}
    >
      <DialogHeader>{title}</DialogHeader>
      <DialogBody>
        <div className={styles.overview}>
          <div className={styles.pager}>
            <CopyButton text={JSON.stringify(row.row, null, 2)} />
          </div>
          <JsonBlock value={row.row} label={t('dataset.rows.row')} />
          <h3 className={styles.subTitle}>{t('dataset.provenance.title')}</h3>
          <ProvenanceFacts provenance={row} time={row.acceptedAt} />
        </div>
      </DialogBody>
    </Dialog>
  );
}
